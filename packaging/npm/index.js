'use strict';
const path = require('node:path');

// The folder of the headers, for "include_dirs" of binding.gyp: <!(node -p "require('@rp/headers').include")
exports.include = path.join(__dirname, 'include');

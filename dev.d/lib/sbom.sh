#!/bin/sh
# sbom.sh VERSION SECONDS CRATE...: prints what the crates are linked from as CycloneDX 1.5, with the checksums of Cargo.lock. The
# same tree gives the same text: SECONDS since 1970 stand for the time, and nothing is random.
set -eu
version=$1
moment=$(date -u -d "@$2" +%Y-%m-%dT%H:%M:%SZ 2>/dev/null || date -u -r "$2" +%Y-%m-%dT%H:%M:%SZ)
shift 2
crates=''
for crate in "$@"; do crates="$crates -p $crate"; done

# shellcheck disable=SC2086
cargo tree --locked $crates -e normal --prefix none --no-dedupe --format '{p}|{l}' | LC_ALL=C sort -u |
    awk -v version="$version" -v moment="$moment" '
        # First the lock file: the checksum of each package that a registry has.
        FILENAME == "Cargo.lock" {
            gsub(/"/, "")
            if ($1 == "name") name = $3
            if ($1 == "version") release = $3
            if ($1 == "checksum") checksums[name " " release] = $3
            next
        }
        {
            split($0, halves, "|")
            split(halves[1], words, " ")
            if (words[1] == "") next
            name = words[1]; release = substr(words[2], 2)
            key = name " " release
            if (seen[key]++) next
            licence = halves[2]
            gsub("/", " OR ", licence)
            text = sprintf("    {\n      \"type\": \"library\",\n      \"bom-ref\": \"%s@%s\",\n      \"name\": \"%s\",\n      \"version\": \"%s\"", name, release, name, release)
            if (licence != "") text = text sprintf(",\n      \"licenses\": [{\"expression\": \"%s\"}]", licence)
            if (key in checksums) {
                text = text sprintf(",\n      \"hashes\": [{\"alg\": \"SHA-256\", \"content\": \"%s\"}]", checksums[key])
                text = text sprintf(",\n      \"purl\": \"pkg:cargo/%s@%s\"", name, release)
            }
            components = components (components == "" ? "" : ",\n") text "\n    }"
        }
        END {
            printf "{\n  \"bomFormat\": \"CycloneDX\",\n  \"specVersion\": \"1.5\",\n  \"version\": 1,\n  \"metadata\": {\n"
            printf "    \"timestamp\": \"%s\",\n", moment
            printf "    \"component\": {\"type\": \"application\", \"bom-ref\": \"archive\", \"name\": \"rp\", \"version\": \"%s\"}\n  },\n", version
            printf "  \"components\": [\n%s\n  ]\n}\n", components
        }' Cargo.lock -

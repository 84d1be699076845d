/** The folder of the headers, for include_dirs of binding.gyp. */
export declare const include: string;

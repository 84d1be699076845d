// rp_python.h: a module whose answers are written in Python, by the interpreter that is embedded here.
//
//     #include "rp_python.h"
//     #include "module_py.h" // RP_PYTHON_SOURCES: rp_module.py and module.py as texts, made by embed.py
//     RP_PYTHON_MODULE("hello", "{\"name\":\"hello\",\"version\":\"0.1.0\",\"protocol\":\"1.0\"}")
//
// This file checks what comes in, by rp_sdk.h, and writes the responses; rp_module.py finds the method that answers.
//
// One interpreter serves the process: it is started by the first instance of whichever module comes first, or it is the
// host's own, and it is never ended, since neither Python nor its extensions can be started a second time. Each instance
// is one object of the class Module. Calls of all instances take turns: the interpreter has one lock. It handles no
// signals, and reads neither locale, environment, nor arguments.
#ifndef RP_PYTHON_H
#define RP_PYTHON_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <dlfcn.h>
#include <stdio.h>

#include "rp_sdk.h"

typedef struct rp_python {
    const rp_host *host;
    PyObject *module; // the object of the class Module
    uint64_t messages; // handed to this instance so far
    bool is_initialized;
} rp_python;

// What the library has of the interpreter; all of it is used with the interpreter's lock.
static PyObject *rp_python_answer; // rp_module.answer
static PyObject *rp_python_create; // rp_module.create
static PyObject *rp_python_source; // the module of module.py

static const rp_host *rp_python_host(PyObject *capsule)
{
    return PyCapsule_GetPointer(capsule, "rp_host");
}

// send(cause, type, payload) -> (status, response)
static PyObject *rp_python_send(PyObject *self, PyObject *arguments)
{
    unsigned long long cause;
    const char *type, *payload;
    Py_ssize_t len;
    rp_reply reply = rp_reply_create();
    rp_status status;
    PyObject *sent;
    if (!PyArg_ParseTuple(arguments, "Kss#", &cause, &type, &payload, &len)) return NULL;
    Py_BEGIN_ALLOW_THREADS
    status = rp_host_send(rp_python_host(self), cause, type, (rp_str){payload, (size_t)len}, &reply);
    Py_END_ALLOW_THREADS
    sent = Py_BuildValue("iy#", (int)status, reply.data == NULL ? "" : reply.data, (Py_ssize_t)reply.len);
    rp_reply_destroy(&reply);
    return sent;
}

// log(message_id, level, text)
static PyObject *rp_python_log(PyObject *self, PyObject *arguments)
{
    unsigned long long id;
    int level;
    const char *text;
    Py_ssize_t len;
    if (!PyArg_ParseTuple(arguments, "Kis#", &id, &level, &text, &len)) return NULL;
    rp_host_log_str(rp_python_host(self), id, level, (rp_str){text, (size_t)len});
    Py_RETURN_NONE;
}

// cancelled(message_id) -> bool
static PyObject *rp_python_cancelled(PyObject *self, PyObject *id)
{
    unsigned long long number = PyLong_AsUnsignedLongLong(id);
    if (PyErr_Occurred()) return NULL;
    return PyBool_FromLong(rp_host_is_cancelled(rp_python_host(self), number));
}

// now_us() -> int, or None
static PyObject *rp_python_now_us(PyObject *self, PyObject *nothing)
{
    int64_t now;
    (void)nothing;
    if (!rp_host_read_time(rp_python_host(self), &now)) Py_RETURN_NONE;
    return PyLong_FromLongLong(now);
}

// random(count) -> bytes, or None
static PyObject *rp_python_random(PyObject *self, PyObject *count)
{
    Py_ssize_t len = PyLong_AsSsize_t(count);
    PyObject *bytes;
    if (PyErr_Occurred()) return NULL;
    bytes = PyBytes_FromStringAndSize(NULL, len);
    if (bytes == NULL || rp_host_fill_random(rp_python_host(self), PyBytes_AS_STRING(bytes), (size_t)len)) return bytes;
    Py_DECREF(bytes);
    Py_RETURN_NONE;
}

static PyMethodDef rp_python_functions[] = {
    {"send", rp_python_send, METH_VARARGS, NULL},      {"log", rp_python_log, METH_VARARGS, NULL},
    {"cancelled", rp_python_cancelled, METH_O, NULL},  {"now_us", rp_python_now_us, METH_NOARGS, NULL},
    {"random", rp_python_random, METH_O, NULL},
};

// The functions of one instance's host, which carry it; NULL with a Python error.
static PyObject *rp_python_host_functions(const rp_host *host)
{
    size_t count = sizeof rp_python_functions / sizeof rp_python_functions[0], i;
    PyObject *capsule = PyCapsule_New((void *)host, "rp_host", NULL);
    PyObject *functions = capsule == NULL ? NULL : PyTuple_New((Py_ssize_t)count);
    for (i = 0; functions != NULL && i < count; i++) {
        PyObject *function = PyCFunction_New(&rp_python_functions[i], capsule);
        if (function == NULL) Py_CLEAR(functions);
        else PyTuple_SET_ITEM(functions, (Py_ssize_t)i, function);
    }
    Py_XDECREF(capsule);
    return functions;
}

// Starts the interpreter, and leaves its lock. Returns NULL, or what is wrong.
static const char *rp_python_start(void)
{
    PyPreConfig before;
    PyConfig config;
    PyStatus status;
    PyPreConfig_InitIsolatedConfig(&before);
    before.utf8_mode = 1;
    status = Py_PreInitialize(&before);
    if (PyStatus_Exception(status)) return status.err_msg;
    PyConfig_InitIsolatedConfig(&config);
    config.install_signal_handlers = 0;
    config.write_bytecode = 0;
    config.pathconfig_warnings = 0;
    status = PyConfig_SetBytesString(&config, &config.home, RP_PYTHON_HOME);
    // An absolute path, so that nothing asks for the working directory, which a sandbox does not tell.
    if (!PyStatus_Exception(status)) status = PyConfig_SetBytesString(&config, &config.program_name, RP_PYTHON_HOME "/bin/python3");
    if (!PyStatus_Exception(status)) status = Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
    if (PyStatus_Exception(status)) return status.err_msg;
    (void)PyEval_SaveThread();
    return NULL;
}

// The interpreter's library among those that extension modules find their symbols in: a host loads modules for itself.
static void rp_python_share_library(void)
{
    Dl_info info;
    if (dladdr((void *)(uintptr_t)&Py_IsInitialized, &info)) (void)dlopen(info.dli_fname, RTLD_NOW | RTLD_GLOBAL | RTLD_NOLOAD);
}

// An interpreter of the version that this was compiled for. Returns NULL, or what is wrong.
static const char *rp_python_interpreter(void)
{
    size_t same = strlen(PY_VERSION) - strlen(strrchr(PY_VERSION, '.')) + 1; // up to the second dot
    if (strncmp(Py_GetVersion(), PY_VERSION, same) != 0) {
        return "the process has an interpreter of another version than " PY_VERSION ", which this module was built for";
    }
    if (Py_IsInitialized()) return NULL;
    rp_python_share_library();
    return rp_python_start();
}

// Runs a source as the module "name"; NULL with a Python error.
static PyObject *rp_python_run(const char *name, const char *file, const char *source, PyObject *modules)
{
    PyObject *code = Py_CompileString(source, file, Py_file_input), *ran = NULL;
    PyObject *module = code == NULL ? NULL : PyModule_New(name);
    if (module != NULL && modules != NULL && PyDict_SetItemString(modules, name, module) < 0) Py_CLEAR(module);
    if (module != NULL) {
        PyObject *names = PyModule_GetDict(module);
        if (PyDict_SetItemString(names, "__builtins__", PyEval_GetBuiltins()) == 0) ran = PyEval_EvalCode(code, names, names);
        if (ran == NULL) Py_CLEAR(module);
    }
    if (module == NULL && modules != NULL) {
        // What did not run to its end is not for others.
        PyObject *kind, *error, *trace;
        PyErr_Fetch(&kind, &error, &trace);
        if (PyDict_DelItemString(modules, name) < 0) PyErr_Clear();
        PyErr_Restore(kind, error, trace);
    }
    Py_XDECREF(ran);
    Py_XDECREF(code);
    return module;
}

// Runs the sources of the library, once; false with a Python error. Whoever comes first brings rp_module.py for all.
static bool rp_python_load(const char *name, const char *const *sources)
{
    PyObject *modules, *shared;
    if (rp_python_source != NULL) return true;
    modules = PyImport_GetModuleDict();
    shared = PyDict_GetItemString(modules, "rp_module");
    Py_XINCREF(shared);
    if (shared == NULL) shared = rp_python_run("rp_module", "rp_module.py", sources[0], modules);
    if (shared == NULL) return false;
    rp_python_answer = PyObject_GetAttrString(shared, "answer");
    rp_python_create = PyObject_GetAttrString(shared, "create");
    Py_DECREF(shared);
    if (rp_python_answer == NULL || rp_python_create == NULL) return false;
    rp_python_source = rp_python_run(name, "module.py", sources[1], NULL);
    return rp_python_source != NULL;
}

// Writes the Python error to the log, and clears it.
static void rp_python_tell(const rp_host *host)
{
    PyObject *kind, *error, *trace, *text = NULL;
    const char *said;
    PyErr_Fetch(&kind, &error, &trace);
    PyErr_NormalizeException(&kind, &error, &trace);
    if (error != NULL) text = PyObject_Repr(error);
    said = text == NULL ? NULL : PyUnicode_AsUTF8(text);
    rp_host_log(host, 0, RP_LOG_ERROR, said == NULL ? "Python failed, and cannot say why" : said);
    PyErr_Clear();
    Py_XDECREF(text);
    Py_XDECREF(kind);
    Py_XDECREF(error);
    Py_XDECREF(trace);
}

static rp_python *rp_python_make(const rp_host *host)
{
    PyObject *functions = rp_python_host_functions(host);
    rp_python *self = calloc(1, sizeof *self);
    PyObject *module = NULL;
    if (self != NULL && functions != NULL) module = PyObject_CallFunctionObjArgs(rp_python_create, rp_python_source, functions, NULL);
    Py_XDECREF(functions);
    if (module == NULL) {
        if (PyErr_Occurred()) rp_python_tell(host);
        free(self);
        return NULL;
    }
    self->host = host;
    self->module = module;
    return self;
}

// Whether the interpreter is there and the sources have run; if not, the log says why. One thread of the process at a time, by the
// one lock that all libraries of a process share; it is taken before the interpreter's, and nothing else here reads stdin.
static bool rp_python_is_ready(const rp_host *host, const char *name, const char *const *sources)
{
    const char *wrong;
    bool is_ready = false;
    flockfile(stdin);
    wrong = rp_python_interpreter();
    if (wrong == NULL) {
        PyGILState_STATE lock = PyGILState_Ensure();
        is_ready = rp_python_load(name, sources);
        if (!is_ready) rp_python_tell(host);
        PyGILState_Release(lock);
    } else {
        rp_host_log(host, 0, RP_LOG_ERROR, wrong);
    }
    funlockfile(stdin);
    return is_ready;
}

static void *rp_python_new(const rp_host *host, const char *name, const char *const *sources)
{
    PyGILState_STATE lock;
    rp_python *self;
    if (host == NULL || !rp_python_is_ready(host, name, sources)) return NULL;
    lock = PyGILState_Ensure();
    self = rp_python_make(host);
    PyGILState_Release(lock);
    return self;
}

static void rp_python_destroy(void *instance)
{
    rp_python *self = instance;
    PyGILState_STATE lock;
    if (self == NULL) return;
    lock = PyGILState_Ensure();
    Py_DECREF(self->module);
    PyGILState_Release(lock);
    free(self);
}

static rp_str rp_python_text(PyObject *bytes)
{
    return (rp_str){PyBytes_AS_STRING(bytes), (size_t)PyBytes_GET_SIZE(bytes)};
}

// What rp_module.answer gave back: the JSON of a success, or code, text and details of an error, all of it bytes.
static rp_status rp_python_respond(PyObject *answer, rp_reply *reply)
{
    rp_json value = rp_json_literal("");
    PyObject *details;
    if (PyBytes_Check(answer)) {
        if (rp_json_parse(rp_python_text(answer), &value) == RP_JSON_OK) return rp_answer_json(reply, value);
        return rp_answer_error(reply, RP_CODE_INTERNAL, "the answer is not valid JSON");
    }
    details = PyTuple_GET_ITEM(answer, 2);
    if (PyBytes_GET_SIZE(details) > 0) (void)rp_json_parse(rp_python_text(details), &value);
    return rp_answer_error_details(reply, rp_python_text(PyTuple_GET_ITEM(answer, 0)), rp_python_text(PyTuple_GET_ITEM(answer, 1)), value);
}

// Has Python answer: method is "init", "command", ...; name that of a command. With the interpreter's lock.
static rp_status rp_python_ask(rp_python *self, const rp_message *message, const char *method, rp_str name, rp_str text, rp_reply *reply)
{
    PyObject *answer = PyObject_CallFunction(rp_python_answer, "OKKss#s#", self->module, (unsigned long long)message->id,
                                             (unsigned long long)self->messages, method, name.data, (Py_ssize_t)name.len,
                                             text.data, (Py_ssize_t)text.len);
    rp_status status;
    if (answer == NULL) {
        bool is_memory = PyErr_ExceptionMatches(PyExc_MemoryError);
        rp_python_tell(self->host);
        return is_memory ? RP_ERR_NO_MEMORY : RP_ERR_PANIC;
    }
    status = rp_python_respond(answer, reply);
    Py_DECREF(answer);
    return status;
}

static rp_status rp_python_command(rp_python *self, const rp_message *message, rp_json payload, rp_reply *reply)
{
    rp_json name, args;
    size_t len = 0;
    char *decoded;
    rp_status status = rp_command_open(payload, reply, &name, &args);
    if (status != RP_OK) return status;
    decoded = malloc(name.text.len);
    if (decoded == NULL) return RP_ERR_NO_MEMORY;
    (void)rp_json_read_string(name, decoded, name.text.len, &len); // rp_command_open saw that it can be decoded
    status = rp_python_ask(self, message, "command", (rp_str){decoded, len}, args.text, reply);
    free(decoded);
    return status;
}

static rp_status rp_python_route(rp_python *self, const rp_message *message, rp_json payload, rp_reply *reply)
{
    static const char *const kinds[] = {"event", "query", "mutation", "shutdown"};
    const rp_str none = rp_str_from("");
    rp_status status;
    size_t i;
    if (rp_str_eq(message->type, "init")) {
        if (self->is_initialized) return rp_answer_error(reply, RP_CODE_CONFLICT, "already initialized");
        status = rp_python_ask(self, message, "init", none, payload.text, reply);
        self->is_initialized = status == RP_OK;
        return status;
    }
    if (rp_str_eq(message->type, "describe")) return rp_python_ask(self, message, "describe", none, payload.text, reply);
    if (!self->is_initialized) return rp_answer_error(reply, RP_CODE_NOT_INITIALIZED, "the module is not initialized");
    if (rp_str_eq(message->type, "command")) return rp_python_command(self, message, payload, reply);
    for (i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (!rp_str_eq(message->type, kinds[i])) continue;
        if (rp_str_eq(message->type, "shutdown")) self->is_initialized = false;
        return rp_python_ask(self, message, kinds[i], none, payload.text, reply);
    }
    return rp_answer_error_str(reply, RP_CODE_UNKNOWN_TYPE, "unknown message type: ", message->type);
}

static rp_status rp_python_handle_message(void *instance, const rp_message *message, rp_reply *reply)
{
    rp_python *self = instance;
    rp_json payload;
    rp_status status;
    PyGILState_STATE lock;
    if (self != NULL) self->messages++;
    status = rp_message_open(instance, message, reply, &payload);
    if (status != RP_OK) return status;
    lock = PyGILState_Ensure();
    status = rp_python_route(self, message, payload, reply);
    PyGILState_Release(lock);
    return status;
}

// Defines the module: its name, and its manifest. RP_PYTHON_HOME is the prefix of the Python that this is compiled with.
#define RP_PYTHON_MODULE(name, manifest_json)                                    \
    static void *rp_python_entry(const rp_host *host)                            \
    {                                                                            \
        static const char *const sources[] = {RP_PYTHON_SOURCES};                \
        return rp_python_new(host, name, sources);               \
    }                                                                            \
    RP_MODULE(0, manifest_json, rp_python_entry, rp_python_destroy, rp_python_handle_message)

#endif

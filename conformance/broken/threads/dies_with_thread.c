// It gives up an instance when the thread that made it ends.
// trips: threads/thread-ends
// native: its fault is a thread's
struct module;
static void bind(struct module *self);
static void unbind(struct module *self);
#define ON_CREATE bind((struct module *)self)
#define ON_DESTROY unbind(self)
#include "../good.h"

static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void thread_ends(void *self)
{
    ((module *)self)->spare = 1;
}

static void make_key(void)
{
    pthread_key_create(&key, thread_ends);
}

static void bind(struct module *self)
{
    pthread_once(&once, make_key);
    pthread_setspecific(key, self);
}

static void unbind(struct module *self)
{
    if (self->spare != 0) abort();
    pthread_setspecific(key, NULL);
}

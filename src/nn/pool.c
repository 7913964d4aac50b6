#include "nn/pool.h"

#include "base/arena.h"

#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>

/* How often a thread looks for news before it goes to sleep: some hundred microseconds, more than
 * lies between two shared jobs of one training step. */
enum { PATIENCE = 4000 };

/* Calling sleepers costs as much as a small job. Where nobody came to so many jobs in a row (other
 * programs have the processors), the caller works alone for a while. */
enum { CALLS_IN_VAIN = 4, JOBS_ALONE = 60 };

/* A job is cut into a piece for each thread. A hand begins with its own, the same one in job after
 * job, for what it works on is still in its cache; then it takes what others have not begun. So a
 * thread that has lost the processor to another program holds nobody up unless it is in the middle
 * of a piece. `state` is OPEN while there may be pieces left, plus the number of hands at work: the
 * job's fields hold still until it is 0. */
static const unsigned OPEN = 1u << 31;

struct pool {
    int threads;
    enum simd simd;
    struct hand {
        struct pool *pool;
        size_t index; /* 0 is the caller */
        pthread_t thread;
    } * hands;

    pool_work *work;
    void *user;
    size_t count, piece, pieces;
    atomic_bool taken[POOL_MOST_THREADS];
    atomic_uint state;
    atomic_uint round; /* moves on with each job */
    atomic_bool came;  /* somebody joined the job at hand */
    int in_vain, alone;
    atomic_bool closing;

    pthread_mutex_t mutex; /* for those who sleep */
    pthread_cond_t news;
    int asleep; /* under the mutex */
};

enum simd simd_best(void)
{
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        return SIMD_AVX512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return SIMD_AVX2;
#endif
    return SIMD_PORTABLE;
}

const char *simd_name(enum simd simd)
{
    return simd == SIMD_AVX512 ? "avx512" : simd == SIMD_AVX2 ? "avx2" : "portable";
}

int pool_processors(int most)
{
    cpu_set_t set;
    int count = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    return count < most ? count : most;
}

static void breathe(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

static void do_pieces(struct pool *pool, size_t hand)
{
    for (size_t i = 0; i < pool->pieces; i++) {
        size_t piece = (hand + i) % pool->pieces, from = piece * pool->piece;
        if (atomic_exchange_explicit(&pool->taken[piece], true, memory_order_relaxed))
            continue;
        size_t left = pool->count - from;
        pool->work(pool->user, from, from + (left < pool->piece ? left : pool->piece));
    }
}

/* False where the job was done before this hand came. */
static bool join(struct pool *pool)
{
    unsigned state = atomic_load(&pool->state);
    while (state & OPEN)
        if (atomic_compare_exchange_weak(&pool->state, &state, state + 1)) {
            atomic_store_explicit(&pool->came, true, memory_order_relaxed);
            return true;
        }
    return false;
}

/* Returns the new round. */
static unsigned wait_for_news(struct pool *pool, unsigned seen)
{
    for (int i = 0; i < PATIENCE; i++) {
        unsigned round = atomic_load_explicit(&pool->round, memory_order_acquire);
        if (round != seen)
            return round;
        breathe();
    }
    pthread_mutex_lock(&pool->mutex);
    pool->asleep++;
    while (atomic_load(&pool->round) == seen)
        pthread_cond_wait(&pool->news, &pool->mutex);
    pool->asleep--;
    pthread_mutex_unlock(&pool->mutex);
    return atomic_load(&pool->round);
}

static void *hand_main(void *argument)
{
    struct hand *hand = argument;
    struct pool *pool = hand->pool;
    for (unsigned seen = 0;;) {
        seen = wait_for_news(pool, seen);
        if (atomic_load(&pool->closing))
            return NULL;
        if (join(pool)) {
            do_pieces(pool, hand->index);
            atomic_fetch_sub(&pool->state, 1);
        }
    }
}

static void spread_news(struct pool *pool)
{
    pthread_mutex_lock(&pool->mutex);
    atomic_fetch_add(&pool->round, 1);
    if (pool->asleep)
        pthread_cond_broadcast(&pool->news);
    pthread_mutex_unlock(&pool->mutex);
}

struct pool *pool_open(int threads, enum simd simd)
{
    assert(threads >= 1 && threads <= POOL_MOST_THREADS);
    struct pool *pool = memory_alloc(sizeof *pool);
    *pool = (struct pool){.threads = 1, .simd = simd > simd_best() ? simd_best() : simd};
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->news, NULL);
    pool->hands = memory_alloc((size_t)threads * sizeof *pool->hands);
    for (int i = 1; i < threads; i++) {
        struct hand *hand = &pool->hands[i];
        *hand = (struct hand){.pool = pool, .index = (size_t)i};
        if (pthread_create(&hand->thread, NULL, hand_main, hand) != 0)
            break;
        pool->threads++;
    }
    return pool;
}

void pool_close(struct pool *pool)
{
    if (!pool)
        return;
    atomic_store(&pool->closing, true);
    spread_news(pool);
    for (int i = 1; i < pool->threads; i++)
        pthread_join(pool->hands[i].thread, NULL);
    pthread_cond_destroy(&pool->news);
    pthread_mutex_destroy(&pool->mutex);
    memory_free(pool->hands);
    memory_free(pool);
}

int pool_threads(const struct pool *pool)
{
    return pool ? pool->threads : 1;
}

enum simd pool_simd(const struct pool *pool)
{
    return pool ? pool->simd : simd_best();
}

/* Cuts the job and works on it with whoever comes. */
static void share(struct pool *pool, size_t count, size_t piece, pool_work *work, void *user)
{
    pool->work = work;
    pool->user = user;
    pool->count = count;
    pool->piece = piece;
    pool->pieces = (count + piece - 1) / piece;
    for (size_t i = 0; i < pool->pieces; i++)
        atomic_store_explicit(&pool->taken[i], false, memory_order_relaxed);
    atomic_store_explicit(&pool->came, false, memory_order_relaxed);
    atomic_store(&pool->state, OPEN);
    spread_news(pool);
    do_pieces(pool, 0);
    atomic_fetch_and(&pool->state, ~OPEN);
    for (int i = 0; atomic_load_explicit(&pool->state, memory_order_acquire) != 0; i++)
        if (i < PATIENCE)
            breathe();
        else
            sched_yield();
}

void pool_run(struct pool *pool, size_t count, size_t grain, pool_work *work, void *user)
{
    assert(grain > 0);
    size_t threads = (size_t)pool_threads(pool), grains = (count + grain - 1) / grain;
    if (threads == 1 || grains < 2 || pool->alone > 0) {
        if (threads > 1 && pool->alone > 0)
            pool->alone--;
        if (count)
            work(user, 0, count);
        return;
    }
    share(pool, count, (grains + threads - 1) / threads * grain, work, user);
    pool->in_vain = atomic_load(&pool->came) ? 0 : pool->in_vain + 1;
    if (pool->in_vain == CALLS_IN_VAIN) {
        pool->in_vain = 0;
        pool->alone = JOBS_ALONE;
    }
}

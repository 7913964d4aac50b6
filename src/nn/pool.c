#include "nn/pool.h"

#include "base/arena.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

/* How often a thread looks for news before it goes to sleep: some ten microseconds, the pause
 * between two layers of a small network. */
enum { PATIENCE = 4000 };

struct pool {
    int threads;
    enum simd simd;
    pthread_t *hands; /* threads - 1: the caller is the first hand */

    /* The job at hand. A hand starts when `round` moves on and says so in `unfinished`. */
    pool_work *work;
    void *user;
    size_t count, stride;
    atomic_uint round;
    atomic_int unfinished;
    atomic_bool closing;

    pthread_mutex_t mutex; /* for those who sleep */
    pthread_cond_t news;
    int asleep; /* under the mutex */
};

struct hand {
    struct pool *pool;
    int index;
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

static void breathe(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

static void do_share(const struct pool *pool, int index)
{
    size_t from = (size_t)index * pool->stride, to = from + pool->stride;
    if (to > pool->count)
        to = pool->count;
    if (from < to)
        pool->work(pool->user, from, to);
}

static void wait_for_news(struct pool *pool, unsigned seen)
{
    for (int i = 0; i < PATIENCE; i++) {
        if (atomic_load_explicit(&pool->round, memory_order_acquire) != seen)
            return;
        breathe();
    }
    pthread_mutex_lock(&pool->mutex);
    pool->asleep++;
    while (atomic_load(&pool->round) == seen)
        pthread_cond_wait(&pool->news, &pool->mutex);
    pool->asleep--;
    pthread_mutex_unlock(&pool->mutex);
}

static void *hand_main(void *argument)
{
    struct hand hand = *(struct hand *)argument;
    memory_free(argument);
    for (unsigned seen = 0;; seen++) {
        wait_for_news(hand.pool, seen);
        if (atomic_load(&hand.pool->closing))
            return NULL;
        do_share(hand.pool, hand.index);
        atomic_fetch_sub_explicit(&hand.pool->unfinished, 1, memory_order_release);
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
        struct hand *hand = memory_alloc(sizeof *hand);
        *hand = (struct hand){pool, i};
        if (pthread_create(&pool->hands[i - 1], NULL, hand_main, hand) != 0) {
            memory_free(hand);
            break;
        }
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
        pthread_join(pool->hands[i - 1], NULL);
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

void pool_run(struct pool *pool, size_t count, size_t grain, pool_work *work, void *user)
{
    assert(grain > 0);
    size_t threads = (size_t)pool_threads(pool);
    size_t grains = (count + grain - 1) / grain;
    size_t stride = (grains + threads - 1) / threads * grain;
    if (threads == 1 || grains < 2) {
        if (count)
            work(user, 0, count);
        return;
    }
    pool->work = work;
    pool->user = user;
    pool->count = count;
    pool->stride = stride;
    atomic_store_explicit(&pool->unfinished, pool->threads - 1, memory_order_relaxed);
    spread_news(pool);
    do_share(pool, 0);
    /* The others have as much to do as we had, so they are about to finish; but they may have lost
     * the processor to somebody, so after a while give ours away. */
    for (int i = 0; atomic_load_explicit(&pool->unfinished, memory_order_acquire) > 0; i++)
        if (i < PATIENCE)
            breathe();
        else
            sched_yield();
}

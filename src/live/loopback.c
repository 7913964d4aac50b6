/* A broker in a few lines, for ends that live in one process: the state machines of a class are
 * tested on it without a network. */
#include "live/transport.h"

#include "base/arena.h"
#include "base/str.h"

#include <string.h>

enum { LOOPBACK_MOST_FILTERS = 8 };

struct letter {
    char *topic, *text;
    size_t size;
    struct letter *next;
};

struct end {
    struct transport transport; /* first: an end is its transport */
    struct loopback *loopback;
    const char *const *filters, *const *more; /* the second may be NULL */
    const char *will_topic, *will;
    bool cut;
    struct letter *first, **last;
    struct end *next;
};

struct loopback {
    struct arena arena; /* every letter, until the end: tests are short */
    struct end *ends;
    struct letter *kept;
};

static bool matches(const char *const *filters, const char *topic)
{
    for (const char *const *filter = filters; filter && *filter; filter++)
        if (topic_matches(*filter, topic))
            return true;
    return false;
}

static bool wants(const struct end *end, const char *topic)
{
    return matches(end->filters, topic) || matches(end->more, topic);
}

static void put(struct end *end, const char *topic, const char *text, size_t size)
{
    struct arena *arena = &end->loopback->arena;
    struct letter *letter = ARENA_NEW(arena, struct letter);
    *letter =
        (struct letter){arena_strdup(arena, topic), arena_strndup(arena, text, size), size, NULL};
    *end->last = letter;
    end->last = &letter->next;
}

static void keep_letter(struct loopback *loopback, const char *topic, const char *text, size_t size)
{
    struct letter *letter = loopback->kept;
    while (letter && strcmp(letter->topic, topic) != 0)
        letter = letter->next;
    if (!letter) {
        letter = ARENA_NEW(&loopback->arena, struct letter);
        letter->topic = arena_strdup(&loopback->arena, topic);
        letter->next = loopback->kept;
        loopback->kept = letter;
    }
    letter->text = arena_strndup(&loopback->arena, text, size);
    letter->size = size;
}

static void spread(struct loopback *loopback, const char *topic, const char *text, size_t size,
                   bool keep)
{
    if (keep)
        keep_letter(loopback, topic, text, size);
    for (struct end *to = loopback->ends; to; to = to->next)
        if (!to->cut && wants(to, topic))
            put(to, topic, text, size);
}

static bool end_send(struct transport *transport, const char *topic, const char *text, size_t size,
                     bool keep)
{
    struct end *end = (struct end *)transport;
    if (end->cut || size > TRANSPORT_MOST_BYTES)
        return false;
    spread(end->loopback, topic, text, size, keep);
    return true;
}

static bool end_poll(struct transport *transport, transport_take *take, void *user)
{
    struct end *end = (struct end *)transport;
    while (!end->cut && end->first) {
        struct letter *letter = end->first;
        end->first = letter->next;
        if (!end->first)
            end->last = &end->first;
        take(user, letter->topic, letter->text, letter->size);
    }
    return !end->cut;
}

static void give_kept(struct end *end, const char *const *filters)
{
    for (struct letter *letter = end->loopback->kept; letter; letter = letter->next)
        if (matches(filters, letter->topic))
            put(end, letter->topic, letter->text, letter->size);
}

static bool end_hear(struct transport *transport, const char *const *filters)
{
    struct end *end = (struct end *)transport;
    struct arena *arena = &end->loopback->arena;
    const char **more = ARENA_ARRAY(arena, LOOPBACK_MOST_FILTERS + 1, const char *);
    for (size_t i = 0; i < LOOPBACK_MOST_FILTERS && filters[i]; i++)
        more[i] = arena_strdup(arena, filters[i]);
    end->more = more;
    give_kept(end, more);
    return !end->cut;
}

void loopback_cut(struct transport *transport, bool on)
{
    struct end *end = (struct end *)transport;
    if (end->cut == !on)
        return;
    end->cut = !on;
    end->first = NULL;
    end->last = &end->first;
    end->more = NULL;
    if (on)
        give_kept(end, end->filters);
    else if (end->will)
        spread(end->loopback, end->will_topic, end->will, strlen(end->will), true);
}

static void end_close(struct transport *transport)
{
    struct end *end = (struct end *)transport;
    loopback_cut(transport, false);
    for (struct end **at = &end->loopback->ends; *at; at = &(*at)->next)
        if (*at == end) {
            *at = end->next;
            return;
        }
}

struct transport *loopback_end(struct loopback *loopback, const char *const *filters,
                               const char *will_topic, const char *will)
{
    struct end *end = ARENA_NEW(&loopback->arena, struct end);
    *end = (struct end){.transport = {.send = end_send,
                                      .hear = end_hear,
                                      .poll = end_poll,
                                      .close = end_close,
                                      .fd = -1},
                        .loopback = loopback,
                        .filters = filters,
                        .will_topic = will_topic,
                        .will = will,
                        .next = loopback->ends};
    end->last = &end->first;
    loopback->ends = end;
    give_kept(end, filters);
    return &end->transport;
}

struct loopback *loopback_new(void)
{
    struct loopback *loopback = memory_alloc(sizeof *loopback);
    memset(loopback, 0, sizeof *loopback);
    arena_init(&loopback->arena);
    return loopback;
}

void loopback_free(struct loopback *loopback)
{
    if (!loopback)
        return;
    arena_free(&loopback->arena);
    memory_free(loopback);
}

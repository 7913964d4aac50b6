#include "live/network.h"

#include "base/file.h"

#include <string.h>
#include <unistd.h>

static void path_of(const char *class_path, const char *sid, struct buf *out)
{
    const char *slash = strrchr(class_path, '/');
    buf_add_n(out, class_path, slash ? (size_t)(slash - class_path) + 1 : 0);
    buf_addf(out, "class-%.16s.network", sid);
}

/* Lines "port N", "broker URL", "ca FILE", then the PEM. */
bool network_load(struct network *network, const char *class_path, const char *sid,
                  struct arena *arena, struct err *err)
{
    struct buf path = {0}, text = {0};
    int64_t port = 0;
    *network = (struct network){0};
    path_of(class_path, sid, &path);
    bool exists = access(path.data, F_OK) == 0;
    bool good = !exists || file_read(path.data, &text, err);
    struct str rest = {buf_text(&text), text.length}, line;
    while (good && rest.length && !str_starts(rest, "-----BEGIN") && str_line(&rest, &line)) {
        struct str value = line, name = str_word(&value);
        value = str_trim(value);
        const char *word = arena_printf(arena, "%.*s", (int)value.length, value.text);
        if (str_is(name, "port"))
            str_integer(value, &port);
        else if (str_is(name, "broker"))
            network->broker = word;
        else if (str_is(name, "ca"))
            network->ca = word;
    }
    network->port = port >= 1 && port <= 65535 ? (int)port : 0;
    if (rest.length)
        network->identity = arena_strdup(arena, rest.text);
    if (good && exists && !network->broker && !(network->port && network->identity))
        good = err_set(err,
                       "%.300s: not what nntutor wrote there; delete it to go on with those on "
                       "this machine",
                       path.data);
    buf_free(&path);
    buf_free(&text);
    return good;
}

bool network_save(const struct network *network, const char *class_path, const char *sid,
                  struct err *err)
{
    struct buf path = {0}, text = {0};
    path_of(class_path, sid, &path);
    if (network->port)
        buf_addf(&text, "port %d\n", network->port);
    if (network->broker)
        buf_addf(&text, "broker %s\n", network->broker);
    if (network->ca)
        buf_addf(&text, "ca %s\n", network->ca);
    if (network->identity)
        buf_add(&text, network->identity);
    bool good = file_write(path.data, buf_text(&text), text.length, err);
    buf_free(&path);
    buf_free(&text);
    return good;
}

void network_forget(const char *class_path, const char *sid)
{
    struct buf path = {0};
    path_of(class_path, sid, &path);
    unlink(path.data);
    buf_free(&path);
}

/* Opening: what is at the path is looked at with plain reads first, so that a file which is not
 * ours, is newer than we are, or is damaged is never handed to code that could change it. */
#include "store/event.h"

#include "base/file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    BUSY_MS = 5000,
    HEADER = 100,              /* bytes; https://www.sqlite.org/fileformat2.html section 1.3 */
    ROW_MOST_BYTES = 4 << 20,  /* no event comes near it */
    ALWAYS_CHECKED = 128 << 10 /* bytes; a file up to here is checked whole in under 1 ms */
};

static const char elsewhere[] = "name another file with --store FILE";

struct found {
    bool empty;      /* nothing there, or nothing in it: a new store */
    bool suspicious; /* its size is not what its header says */
    off_t size;
};

static uint32_t big_endian(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static bool check_owner(const struct store *store, int64_t application, int64_t version,
                        struct err *err)
{
    if (application != SCHEMA_APPLICATION)
        return err_set(err, "%s: a database of another program, which was left as it is; %s",
                       store->path, elsewhere);
    if (version > SCHEMA_VERSION)
        return err_set(err,
                       "%s: written by a newer nntutor (store version %lld, this one knows %d) and "
                       "left as it is; update nntutor, or %s",
                       store->path, (long long)version, SCHEMA_VERSION, elsewhere);
    return version >= 1 || db_damaged(store, "it has no version", err);
}

static bool has_journal(const char *path)
{
    struct buf name = {0};
    struct stat info;
    buf_addf(&name, "%s-journal", path);
    bool has = stat(buf_text(&name), &info) == 0 && info.st_size > 0;
    buf_free(&name);
    return has;
}

static bool read_header(const struct store *store, struct found *found, struct err *err)
{
    int fd = open(store->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_set(err, "%s: cannot be read: %s; make it readable, or %s", store->path,
                       strerror(errno), elsewhere);
    unsigned char header[HEADER];
    ssize_t n = read(fd, header, sizeof header);
    int cause = errno;
    close(fd);
    if (n < 0)
        return err_set(err, "%s: cannot be read: %s; %s", store->path, strerror(cause), elsewhere);
    bool named = n >= 16 && memcmp(header, "SQLite format 3", 16) == 0;
    if (!named && has_journal(store->path))
        return true; /* power may have gone while the header was written: the journal repairs it */
    if (!named)
        return err_set(err, "%s: not a store of nntutor, and left as it is; %s", store->path,
                       elsewhere);
    if (n < HEADER)
        return db_damaged(store, "it ends within its header", err);
    int64_t page = (int64_t)header[16] << 8 | header[17]; /* 1 stands for 65536 */
    found->suspicious = (page == 1 ? 65536 : page) * big_endian(header + 28) != found->size;
    return check_owner(store, (int32_t)big_endian(header + 68), (int32_t)big_endian(header + 60),
                       err);
}

static bool make_file(const struct store *store, struct err *err)
{
    const char *slash = strrchr(store->path, '/');
    struct buf folder = {0};
    buf_add_n(&folder, store->path, slash ? (size_t)(slash - store->path) : 0);
    bool good = !folder.length || file_make_folder(folder.data, err);
    buf_free(&folder);
    if (!good)
        return false;
    /* Ours to create: SQLite would let others read it. Its journal takes the same mode. */
    int fd = open(store->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_set(err, "%s: cannot be made: %s; %s", store->path, strerror(errno), elsewhere);
    close(fd);
    return true;
}

static bool look_at_file(const struct store *store, struct found *found, struct err *err)
{
    struct stat info;
    *found = (struct found){.empty = true};
    if (stat(store->path, &info) != 0) {
        if (errno == ENOENT)
            return store->read_only || make_file(store, err);
        return err_set(err, "%s: cannot be opened: %s; %s", store->path, strerror(errno),
                       elsewhere);
    }
    if (S_ISDIR(info.st_mode))
        return err_set(err, "%s: a folder, not a file; %s", store->path, elsewhere);
    if (!S_ISREG(info.st_mode))
        return err_set(err, "%s: not a regular file; %s", store->path, elsewhere);
    found->size = info.st_size;
    found->empty = info.st_size == 0;
    return found->empty || read_header(store, found, err);
}

static bool connect(struct store *store, const struct found *found, struct err *err)
{
    /* A path that cannot be taken for one of SQLite's own words, ":memory:" or "file:...". */
    bool memory = store->read_only && found->empty;
    /* What a kill or a power cut left half written has to be undone before anybody can read. */
    bool reads = store->read_only && !memory && !has_journal(store->path);
    struct buf name = {0};
    buf_addf(&name, "%s%s", store->path[0] == '/' ? "" : "./", store->path);
    int flags = reads ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    int code = sqlite3_open_v2(memory ? ":memory:" : buf_text(&name), &store->db,
                               flags | SQLITE_OPEN_NOMUTEX, NULL);
    buf_free(&name);
    if (!store->db)
        return err_set(err, "%s: no memory to open it", store->path);
    if (code != SQLITE_OK)
        return db_fail(store, err);
    sqlite3_extended_result_codes(store->db, 1);
    sqlite3_busy_timeout(store->db, store->wait_ms);
    /* The file may come from anyone: nothing in its schema may act. */
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    sqlite3_limit(store->db, SQLITE_LIMIT_LENGTH, ROW_MOST_BYTES);
    return derive_prepare(store, err) &&
           db_run(store, "PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY", err) &&
           (!store->read_only || memory || db_run(store, "PRAGMA query_only = ON", err));
}

static bool check_whole(const struct store *store, struct err *err)
{
    bool row = false;
    sqlite3_stmt *check = db_prepare(store, "PRAGMA quick_check(1)", err);
    if (!check)
        return false;
    bool good = db_next(store, check, &row, err);
    const char *verdict = row ? (const char *)sqlite3_column_text(check, 0) : NULL;
    if (good && (!verdict || strcmp(verdict, "ok") != 0))
        good = db_damaged(store, "its pages do not fit together", err);
    sqlite3_finalize(check);
    return good;
}

/* Asks again what the header said, now behind SQLite's locks and with its journal played back. */
static bool check_contents(const struct store *store, const struct found *found, bool *fresh,
                           struct err *err)
{
    int64_t application, version, objects;
    /* At one moment: another program may be making it just now. */
    if (!db_run(store, "BEGIN", err))
        return false;
    bool good = db_number(store, "SELECT count(*) FROM sqlite_schema", &objects, err) &&
                db_number(store, "PRAGMA application_id", &application, err) &&
                db_number(store, "PRAGMA user_version", &version, err);
    if (!db_finish(store, good, err))
        return false;
    *fresh = objects == 0 && application == 0 && version == 0;
    if (*fresh)
        return true;
    if (!check_owner(store, application, version, err))
        return false;
    return (found->size > ALWAYS_CHECKED && !found->suspicious) || check_whole(store, err);
}

static bool check_writable(const struct store *store, struct err *err)
{
    const char *slash = strrchr(store->path, '/');
    struct buf folder = {0};
    buf_add_n(&folder, store->path, slash ? (size_t)(slash - store->path) + 1 : 0);
    /* The journal is made beside the file. */
    bool good = !sqlite3_db_readonly(store->db, "main") &&
                access(folder.length ? folder.data : ".", W_OK | X_OK) == 0;
    buf_free(&folder);
    return good || err_set(err,
                           "%s: cannot be written, so no answer would be kept; make it and its "
                           "folder writable, or %s",
                           store->path, elsewhere);
}

static bool prepare_store(struct store *store, struct err *err)
{
    struct found found;
    bool fresh;
    int64_t version;
    if (!look_at_file(store, &found, err) || !connect(store, &found, err) ||
        !check_contents(store, &found, &fresh, err))
        return false;
    if (!store->read_only) {
        /* TRUNCATE, not DELETE: with FULL its end is synced too, so that a journal which had done
         * its work cannot come back after a power cut and take the last event with it. */
        if (!check_writable(store, err) ||
            !db_run(store,
                    "PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = FULL;"
                    "PRAGMA fullfsync = ON",
                    err))
            return false;
    }
    if (!db_number(store, "PRAGMA user_version", &version, err))
        return false;
    if (version < SCHEMA_VERSION) {
        if (store->read_only && !fresh)
            return err_set(err,
                           "%s: of an older version (%lld, now %d), which cannot be brought up to "
                           "date without writing; make it and its folder writable",
                           store->path, (long long)version, SCHEMA_VERSION);
        if (!schema_migrate(store, err))
            return false;
    }
    store->insert = event_prepare_insert(store, err); /* also: the columns are all there */
    return store->insert;
}

struct store *store_try(const char *path, const struct clock *clock, bool read_only, int wait_ms,
                        struct err *err)
{
    assert(path && *path && clock);
    struct store *store = memory_alloc(sizeof *store);
    arena_init(&store->arena);
    store->path = arena_strdup(&store->arena, path);
    store->clock = *clock;
    store->read_only = read_only;
    store->wait_ms = wait_ms;
    if (prepare_store(store, err))
        return store;
    store_close(store);
    return NULL;
}

struct store *store_open(const char *path, const struct clock *clock, struct err *err)
{
    return store_try(path, clock, false, BUSY_MS, err);
}

struct store *store_open_readonly(const char *path, const struct clock *clock, struct err *err)
{
    return store_try(path, clock, true, BUSY_MS, err);
}

void store_close(struct store *store)
{
    if (!store)
        return;
    sqlite3_finalize(store->insert);
    sqlite3_close(store->db);
    arena_free(&store->arena);
    memory_free(store);
}

void store_wait_ms(struct store *store, int ms)
{
    store->wait_ms = ms;
    sqlite3_busy_timeout(store->db, ms);
}

/* Who holds `store` holds the other one from now on. */
static void exchange(struct store *store, struct store *other)
{
    struct store was = *store;
    *store = *other;
    *other = was;
}

bool store_begin_writing(struct store *store, struct err *err)
{
    if (!store->read_only)
        return true;
    struct store *open = store_try(store->path, &store->clock, false, store->wait_ms, err);
    if (open)
        exchange(store, open);
    store_close(open);
    return !store->read_only;
}

bool store_follow(struct store *store, bool *moved, struct err *err)
{
    int elsewhere_now = 0;
    *moved = false;
    if (store->read_only ||
        sqlite3_file_control(store->db, "main", SQLITE_FCNTL_HAS_MOVED, &elsewhere_now) !=
            SQLITE_OK ||
        !elsewhere_now)
        return true;
    struct store *here = store_try(store->path, &store->clock, false, store->wait_ms, err);
    struct buf log = {0};
    struct imported got;
    bool good = here && store_export(store, &log, err) &&
                store_import(here, NULL, buf_text(&log), log.length, &got, err);
    buf_free(&log);
    if (good) {
        exchange(store, here);
        *moved = true;
    }
    store_close(here);
    return good;
}

const char *store_path(const struct store *store)
{
    return store->path;
}

bool store_default_path(struct buf *out, struct err *err)
{
    /* A relative XDG_DATA_HOME is to be ignored (XDG Base Directory Specification). */
    const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    if (data && data[0] == '/')
        buf_addf(out, "%s/nntutor/progress.db", data);
    else if (home && home[0] == '/')
        buf_addf(out, "%s/.local/share/nntutor/progress.db", home);
    else
        return err_set(err, "no home folder to keep progress in; set HOME or XDG_DATA_HOME, or "
                            "name a file with --store FILE");
    return true;
}

/* Who should have answered, and how a gradebook names them. */
#include "grade/results.h"

#include "base/file.h"
#include "base/utf8.h"

#include <stdatomic.h>
#include <string.h>
#include <strings.h>

/* What the columns are called here, and in the files that Canvas, Moodle and registrars export. */
static const struct {
    const char *name, *header;
} names[] = {
    {"learner", "learner"},
    {"learner", "SIS Login ID"},
    {"learner", "username"},
    {"learner", "login"},
    {"learner", "student_id"},
    {"learner", "Email address"},
    {"learner", "email"},
    {"name", "Student"},
    {"name", "name"},
    {"id", "ID"},
    {"sis_id", "SIS User ID"},
    {"sis_id", "sis_id"},
    {"section", "Section"},
    {"email", "Email address"},
    {"email", "email"},
    {"username", "username"},
    {"idnumber", "ID number"},
    {"idnumber", "idnumber"},
    {"first_name", "First name"},
    {"first_name", "first_name"},
    {"last_name", "Last name"},
    {"last_name", "last_name"},
    {"last_name", "Surname"},
};

struct member {
    const char **fields; /* clean; by column */
    const char *learner; /* as the file has it: for comparing */
    size_t length;
    const char *shown;
    atomic_bool seen;
};

struct roster {
    struct arena arena;
    const char **headers;
    size_t header_count;
    struct member *members;
    size_t count, capacity;
    size_t *slots; /* of a hash table: member + 1; 0: free */
    size_t slot_count;
};

static const char *clean(struct arena *arena, struct str text)
{
    struct buf out = {0};
    text = str_trim(text);
    utf8_sanitise_line(&out, text.text, text.length, 400);
    const char *kept = arena_strndup(arena, buf_text(&out), out.length);
    buf_free(&out);
    return kept;
}

static size_t header_of(const struct roster *roster, const char *name)
{
    for (size_t n = 0; n < sizeof names / sizeof *names; n++)
        for (size_t i = 0; strcmp(names[n].name, name) == 0 && i < roster->header_count; i++)
            if (strcasecmp(roster->headers[i], names[n].header) == 0)
                return i;
    return SIZE_MAX;
}

static size_t *slot(const struct roster *roster, const char *learner, size_t length)
{
    size_t mask = roster->slot_count - 1;
    for (size_t at = str_hash(learner, length) & mask;; at = (at + 1) & mask) {
        size_t *entry = &roster->slots[at];
        const struct member *member = &roster->members[*entry ? *entry - 1 : 0];
        if (!*entry || (member->length == length && memcmp(member->learner, learner, length) == 0))
            return entry;
    }
}

static void read_row(struct roster *roster, const struct csv_fields *fields, size_t learner)
{
    struct member member = {0};
    if (learner >= fields->count)
        return;
    struct str name = str_trim(fields->list[learner].text);
    if (!name.length)
        return;
    member.learner = arena_strndup(&roster->arena, name.text, name.length);
    member.length = name.length;
    member.shown = clean(&roster->arena, name);
    member.fields = ARENA_ARRAY(&roster->arena, roster->header_count, const char *);
    for (size_t i = 0; i < roster->header_count; i++)
        member.fields[i] = i < fields->count ? clean(&roster->arena, fields->list[i].text) : "";
    roster->members = arena_grow(&roster->arena, roster->members, roster->count, &roster->capacity,
                                 sizeof *roster->members);
    memcpy(&roster->members[roster->count++], &member, sizeof member);
}

static void index_members(struct roster *roster)
{
    for (roster->slot_count = 16; roster->slot_count < roster->count * 2;)
        roster->slot_count *= 2;
    roster->slots = ARENA_ARRAY(&roster->arena, roster->slot_count, size_t);
    size_t kept = 0;
    for (size_t i = 0; i < roster->count; i++) {
        size_t *entry = slot(roster, roster->members[i].learner, roster->members[i].length);
        if (*entry)
            continue; /* named twice */
        if (kept != i)
            memcpy(&roster->members[kept], &roster->members[i], sizeof *roster->members);
        *entry = ++kept;
    }
    roster->count = kept;
}

/* Without a column of learners the first line is a learner like the others. */
static size_t read_header(struct roster *roster, const struct csv_fields *fields)
{
    roster->headers = ARENA_ARRAY(&roster->arena, fields->count, const char *);
    roster->header_count = fields->count;
    for (size_t i = 0; i < fields->count; i++)
        roster->headers[i] = clean(&roster->arena, fields->list[i].text);
    size_t learner = header_of(roster, "learner");
    if (learner == SIZE_MAX)
        for (size_t i = 0; i < fields->count; i++)
            roster->headers[i] = "";
    return learner;
}

struct roster *roster_read(const char *path, struct err *err)
{
    struct buf bytes = {0};
    if (!file_read(path, &bytes, err))
        return NULL;
    if (memchr(buf_text(&bytes), '\0', bytes.length)) {
        buf_free(&bytes);
        err_set(err, "%s: is no text in UTF-8: save the roster as CSV", path);
        return NULL;
    }
    struct roster *roster = memory_alloc(sizeof *roster);
    *roster = (struct roster){0};
    arena_init(&roster->arena);
    buf_add_char(&bytes, '\n');
    size_t at = text_starts(bytes.data, "\xEF\xBB\xBF") ? 3 : 0, learner = SIZE_MAX;
    char separator = csv_separator(bytes.data + at, bytes.length - at);
    struct csv_fields fields = {0};
    bool header = true, good = true, sound;
    while (good && at < bytes.length) {
        size_t length = csv_record_length(bytes.data + at, bytes.length - at, separator, &sound);
        good = length && sound &&
               csv_split(&fields, &roster->arena, bytes.data + at, length, separator);
        if (good && header)
            learner = read_header(roster, &fields);
        if (good && (!header || learner == SIZE_MAX))
            read_row(roster, &fields, learner == SIZE_MAX ? 0 : learner);
        /* In Canvas's export this line follows the header. */
        if (good && roster->count == 1 && text_starts(roster->members[0].shown, "Points Possible"))
            roster->count = 0;
        header = false;
        at += length;
    }
    buf_free(&fields.scratch);
    buf_free(&bytes);
    if (!good || !roster->count) {
        err_set(err, good ? "%s: names nobody" : "%s: a quote is never closed, or text follows it",
                path);
        roster_free(roster);
        return NULL;
    }
    index_members(roster);
    return roster;
}

void roster_free(struct roster *roster)
{
    if (roster)
        arena_free(&roster->arena);
    memory_free(roster);
}

size_t roster_count(const struct roster *roster)
{
    return roster->count;
}

const char *roster_learner(const struct roster *roster, size_t i)
{
    return roster->members[i].shown;
}

bool roster_seen(const struct roster *roster, size_t i)
{
    return roster->members[i].seen;
}

void roster_see(struct roster *roster, size_t row)
{
    atomic_store_explicit(&roster->members[row].seen, true, memory_order_relaxed);
}

size_t roster_find(const struct roster *roster, const char *learner, size_t length)
{
    size_t entry = *slot(roster, learner, length);
    return entry ? entry - 1 : SIZE_MAX;
}

const char *roster_column(const struct roster *roster, size_t row, const char *name)
{
    size_t header = header_of(roster, name);
    return header == SIZE_MAX ? "" : roster->members[row].fields[header];
}

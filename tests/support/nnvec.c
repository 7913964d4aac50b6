/* The format: white space between tokens, lines that start with # are comments.
 *   nnvec 1 | kind K | dtype f32|f64 | int NAME v | real NAME v | str NAME v
 *   tensor NAME d|f|i ND d0 .. dND-1 values      gen NAME ND d0 .. SEED LOW HIGH | end
 * A gen tensor has no values: they are LOW + (HIGH - LOW) u with u from splitmix64. */
#include "support/nnvec.h"

#include "support/test.h"

#include "base/file.h"
#include "base/str.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tokens {
    char *at;
    struct arena *arena;
    const char *path;
    struct err *err;
};

static char *next(struct tokens *t)
{
    for (;;) {
        t->at += strspn(t->at, " \t\r\n");
        if (*t->at != '#')
            break;
        t->at += strcspn(t->at, "\n");
    }
    size_t length = strcspn(t->at, " \t\r\n");
    char *token = arena_strndup(t->arena, t->at, length);
    t->at += length;
    return token;
}

static bool next_number(struct tokens *t, double *value)
{
    char *end;
    t->at += strspn(t->at, " \t\r\n");
    *value = strtod(t->at, &end);
    if (end == t->at)
        return err_set(t->err, "%s: a number is missing at \"%.20s\"", t->path, t->at);
    t->at = end;
    return true;
}

static bool read_shape(struct tokens *t, struct nnvec_tensor *tensor)
{
    double dimensions, size;
    if (!next_number(t, &dimensions))
        return false;
    if (dimensions < 0 || dimensions > NNVEC_MOST_DIMENSIONS)
        return err_set(t->err, "%s: %s has %g dimensions", t->path, tensor->name, dimensions);
    tensor->dimensions = (size_t)dimensions;
    tensor->count = 1;
    for (size_t i = 0; i < tensor->dimensions; i++) {
        if (!next_number(t, &size))
            return false;
        if (size < 0 || size > 1e7 || (double)tensor->count * size > 1e7)
            return err_set(t->err, "%s: %s is too large", t->path, tensor->name);
        tensor->size[i] = (size_t)size;
        tensor->count *= (size_t)size;
    }
    tensor->values = ARENA_ARRAY(t->arena, tensor->count, double);
    return true;
}

static bool read_tensor(struct tokens *t, struct nnvec *vec, bool is_made)
{
    struct nnvec_tensor tensor = {.name = next(t)};
    if (!is_made)
        next(t); /* its type: how it was printed */
    if (!read_shape(t, &tensor))
        return false;
    if (is_made) {
        double seed, low, high;
        if (!next_number(t, &seed) || !next_number(t, &low) || !next_number(t, &high))
            return false;
        uint64_t state = (uint64_t)seed;
        for (size_t i = 0; i < tensor.count; i++) {
            uint64_t z = state += 0x9E3779B97F4A7C15u;
            z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
            z = (z ^ z >> 27) * 0x94D049BB133111EBu;
            z ^= z >> 31;
            double value = low + (high - low) * ((double)(z >> 11) * 0x1p-53);
            tensor.values[i] = vec->is_f32 ? (double)(float)value : value;
        }
    } else {
        for (size_t i = 0; i < tensor.count; i++)
            if (!next_number(t, &tensor.values[i]))
                return false;
    }
    ARENA_PUSH(t->arena, vec->tensors, vec->tensor_count, vec->tensor_capacity, tensor);
    return true;
}

bool nnvec_read(struct nnvec *vec, struct arena *arena, const char *path, struct err *err)
{
    struct buf text = {0};
    *vec = (struct nnvec){0};
    if (!file_read(path, &text, err)) {
        buf_free(&text);
        return false;
    }
    struct tokens t = {arena_strdup(arena, buf_text(&text)), arena, path, err};
    buf_free(&text);
    const char *slash = strrchr(path, '/');
    vec->name = arena_strdup(arena, slash ? slash + 1 : path);
    if (strcmp(next(&t), "nnvec") != 0 || strcmp(next(&t), "1") != 0)
        return err_set(err, "%s: does not start with \"nnvec 1\"", path);
    for (;;) {
        const char *word = next(&t);
        if (strcmp(word, "end") == 0)
            break;
        if (strcmp(word, "kind") == 0) {
            vec->kind = next(&t);
        } else if (strcmp(word, "dtype") == 0) {
            vec->is_f32 = strcmp(next(&t), "f32") == 0;
        } else if (strcmp(word, "int") == 0 || strcmp(word, "real") == 0 ||
                   strcmp(word, "str") == 0) {
            struct nnvec_setting setting = {.name = next(&t)};
            setting.text = next(&t);
            setting.value = strtod(setting.text, NULL);
            ARENA_PUSH(arena, vec->settings, vec->setting_count, vec->setting_capacity, setting);
        } else if (strcmp(word, "tensor") == 0 || strcmp(word, "gen") == 0) {
            if (!read_tensor(&t, vec, word[0] == 'g'))
                return false;
        } else {
            return err_set(err, "%s: \"%.40s\" is no part of a case", path, word);
        }
    }
    return vec->kind || err_set(err, "%s: names no kind", path);
}

static struct nnvec_tensor *find(const struct nnvec *vec, const char *name)
{
    for (size_t i = 0; i < vec->tensor_count; i++)
        if (strcmp(vec->tensors[i].name, name) == 0)
            return &vec->tensors[i];
    return NULL;
}

bool nnvec_has(const struct nnvec *vec, const char *name)
{
    return find(vec, name) != NULL;
}

/* The columns up to the next tab or the end of the line. */
static struct str next_column(const char **at)
{
    struct str column = {*at, strcspn(*at, "\t\n")};
    *at += column.length + (column.text[column.length] == '\t');
    return column;
}

bool nnvec_tolerance(const char *manifest, const char *name, double *tolerance, struct err *err)
{
    for (const char *line = manifest; *line;) {
        const char *at = line;
        if (str_is(next_column(&at), name)) {
            next_column(&at);
            next_column(&at);
            struct str column = next_column(&at);
            if (!str_number(column, tolerance) || !(*tolerance > 0) || isinf(*tolerance))
                return err_set(err,
                               "MANIFEST.tsv: \"%.*s\" in the fourth column of %s is no tolerance: "
                               "it is a number above 0",
                               (int)(column.length < 40 ? column.length : 40), column.text, name);
            return true;
        }
        line += strcspn(line, "\n");
        line += *line == '\n';
    }
    return err_set(err, "MANIFEST.tsv: has no line for %s", name);
}

struct nnvec_tensor *nnvec_tensor(struct nnvec *vec, const char *name)
{
    struct nnvec_tensor *tensor = find(vec, name);
    if (!tensor)
        fail_msg("%s has no tensor %s", vec->name, name);
    return tensor;
}

static const struct nnvec_setting *setting_of(const struct nnvec *vec, const char *name)
{
    for (size_t i = 0; i < vec->setting_count; i++)
        if (strcmp(vec->settings[i].name, name) == 0)
            return &vec->settings[i];
    fail_msg("%s has no setting %s", vec->name, name);
    return NULL;
}

double nnvec_number(struct nnvec *vec, const char *name)
{
    return setting_of(vec, name)->value;
}

const char *nnvec_text(struct nnvec *vec, const char *name)
{
    return setting_of(vec, name)->text;
}

void nnvec_expect(struct nnvec *vec, const char *name, const double *got, size_t count)
{
    char full[100];
    snprintf(full, sizeof full, "out.%s", name);
    struct nnvec_tensor *out = nnvec_tensor(vec, full);
    out->checked = true;
    snprintf(full, sizeof full, "ref.%s", name);
    const struct nnvec_tensor *want = vec->is_f32 ? nnvec_tensor(vec, full) : out;
    if (count != want->count)
        fail_msg("%s: %s has %zu numbers, not %zu", vec->name, name, want->count, count);
    double most = 0, worst = 0;
    size_t where = 0;
    for (size_t i = 0; i < count; i++)
        most = fmax(most, fabs(want->values[i]));
    for (size_t i = 0; i < count; i++) {
        double error = fabs(got[i] - want->values[i]);
        if (!(error <= worst)) { /* a NaN is the worst of all */
            worst = error;
            where = i;
        }
    }
    double scale = vec->is_f32 ? most : fmax(1, most);
    if (!(worst <= vec->tolerance * scale))
        fail_msg("%s: %s[%zu] is %.17g, PyTorch has %.17g: off by %.3g of %.3g allowed", vec->name,
                 name, where, got[where], want->values[where], worst / scale, vec->tolerance);
}

void nnvec_expect_all_checked(const struct nnvec *vec)
{
    for (size_t i = 0; i < vec->tensor_count; i++)
        if (strncmp(vec->tensors[i].name, "out.", 4) == 0 && !vec->tensors[i].checked)
            fail_msg("%s: nobody looked at %s", vec->name, vec->tensors[i].name);
}

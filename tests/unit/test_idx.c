/* MNIST's files: read to the last byte, or refused with the file, the byte, the cause, the remedy. */
#include "support/test.h"

#include "base/file.h"
#include "nn/data.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

enum { COUNT = 30 };

static unsigned char pixel_of(size_t image, size_t pixel)
{
    return (unsigned char)(image * 31 + pixel * 7 + pixel / 28);
}

static void add_number(struct buf *buf, uint32_t number)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        buf_add_char(buf, (char)(number >> shift));
}

static void add_images(struct buf *buf)
{
    add_number(buf, 0x803);
    add_number(buf, COUNT);
    add_number(buf, 28);
    add_number(buf, 28);
    for (size_t i = 0; i < COUNT; i++)
        for (size_t j = 0; j < DIGIT_PIXELS; j++)
            buf_add_char(buf, (char)pixel_of(i, j));
}

static void add_labels(struct buf *buf)
{
    add_number(buf, 0x801);
    add_number(buf, COUNT);
    for (size_t i = 0; i < COUNT; i++)
        buf_add_char(buf, (char)(i * 3 % 10));
}

static void pack(struct buf *buf)
{
    z_stream z = {0};
    unsigned char *packed = malloc(buf->length + 1000);
    assert_non_null(packed);
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 16 + MAX_WBITS, 9, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (Bytef *)buf->data;
    z.avail_in = (uInt)buf->length;
    z.next_out = packed;
    z.avail_out = (uInt)(buf->length + 1000);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    buf_clear(buf);
    buf_add_n(buf, (const char *)packed, z.total_out);
    deflateEnd(&z);
    free(packed);
}

/* A good pair, which each test damages. */
struct pair {
    struct buf images, labels;
    struct arena arena;
    struct dataset set;
    struct err err;
};

static int set_up(void **state)
{
    struct pair *pair = calloc(1, sizeof *pair);
    assert_non_null(pair);
    add_images(&pair->images);
    add_labels(&pair->labels);
    arena_init(&pair->arena);
    *state = pair;
    return 0;
}

static int tear_down(void **state)
{
    struct pair *pair = *state;
    buf_free(&pair->images);
    buf_free(&pair->labels);
    arena_free(&pair->arena);
    free(pair);
    return 0;
}

static bool parse(struct pair *pair, size_t most)
{
    struct idx_file images = {"images", (const unsigned char *)buf_text(&pair->images),
                              pair->images.length};
    struct idx_file labels = {"labels", (const unsigned char *)buf_text(&pair->labels),
                              pair->labels.length};
    pair->err.text[0] = '\0';
    return idx_parse(&pair->arena, &images, &labels, most, &pair->set, &pair->err);
}

static void check_rows(const struct dataset *set, size_t count)
{
    assert_int_equal(set->n, count);
    assert_int_equal(set->features, 784);
    assert_int_equal(set->classes, 10);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(set->y[i], i * 3 % 10);
        for (size_t j = 0; j < DIGIT_PIXELS; j++)
            assert_true(set->x[i * DIGIT_PIXELS + j] == (float)pixel_of(i, j) / 255.0f);
    }
}

static void refuse(struct pair *pair, const char *sentence)
{
    assert_false(parse(pair, SIZE_MAX));
    assert_string_equal(pair->err.text, sentence);
}

/* Where gzip's own words or lengths stand between. */
static void refuse_roughly(struct pair *pair, const char *start, const char *part)
{
    assert_false(parse(pair, SIZE_MAX));
    if (strncmp(pair->err.text, start, strlen(start)) != 0 || !strstr(pair->err.text, part))
        fail_msg("%s\nis not: %s ... %s", pair->err.text, start, part);
}

static void test_plain_and_packed_pairs_are_read(void **state)
{
    struct pair *pair = *state;
    assert_true(parse(pair, SIZE_MAX));
    check_rows(&pair->set, COUNT);
    pack(&pair->images);
    assert_true(parse(pair, SIZE_MAX));
    check_rows(&pair->set, COUNT);
    pack(&pair->labels);
    assert_true(parse(pair, SIZE_MAX));
    check_rows(&pair->set, COUNT);
}

static void test_first_images_are_kept_and_the_rest_is_checked(void **state)
{
    struct pair *pair = *state;
    assert_true(parse(pair, 7));
    check_rows(&pair->set, 7);
    pair->labels.data[8 + 29] = 10;
    assert_false(parse(pair, 7));
}

static void test_gzip_joined_end_to_end_is_read(void **state)
{
    struct pair *pair = *state;
    struct buf tail = {0};
    buf_add_n(&tail, pair->images.data + 1000, pair->images.length - 1000);
    buf_cut(&pair->images, 1000);
    pack(&pair->images);
    pack(&tail);
    buf_add_n(&pair->images, tail.data, tail.length);
    buf_free(&tail);
    assert_true(parse(pair, SIZE_MAX));
    check_rows(&pair->set, COUNT);
}

static void test_wrong_magic_says_what_the_file_is(void **state)
{
    struct pair *pair = *state;
    char *magic = pair->images.data;
    magic[3] = 1;
    refuse(pair, "images: byte 0: it holds labels, not images; were two files swapped?");
    magic[2] = 0x0d;
    magic[3] = 3;
    refuse(pair,
           "images: byte 0: the magic number is 0x00000d03, not 0x00000803 (unsigned bytes in "
           "3 dimensions); it is not one of MNIST's files");
    memcpy(magic, "<!DOCTYPE", 9);
    refuse(pair, "images: byte 0: it is a web page, not an IDX file; fetch the file again");
    buf_clear(&pair->images);
    add_images(&pair->images);
    pair->labels.data[3] = 3;
    refuse(pair, "labels: byte 0: it holds images, not labels; were two files swapped?");
}

static void test_wrong_dimensions_are_refused(void **state)
{
    struct pair *pair = *state;
    pair->images.data[11] = 32;
    refuse(pair, "images: byte 8: images 32 pixels high; MNIST's are 28x28");
    pair->images.data[11] = 28;
    memset(pair->images.data + 12, 0xff, 4);
    refuse(pair, "images: byte 12: images 4294967295 pixels wide; MNIST's are 28x28");
}

static void test_counts_that_differ_are_refused(void **state)
{
    struct pair *pair = *state;
    pair->labels.data[7] = 29;
    refuse(pair,
           "labels: byte 4: 29 labels, but images has 30 images; take both from the same part "
           "of MNIST");
}

static void test_absurd_counts_are_refused_before_memory_is_taken(void **state)
{
    struct pair *pair = *state;
    memset(pair->images.data + 4, 0xff, 4);
    refuse(pair, "images: byte 4: 4294967295 images; 1 to 100000 are allowed, MNIST has 60000 and "
                 "10000");
    memset(pair->images.data + 4, 0, 4);
    refuse(pair, "images: byte 4: 0 images; 1 to 100000 are allowed, MNIST has 60000 and 10000");

    /* 100,000 are allowed, but not in 24 kB. */
    memcpy(pair->images.data + 4, "\0\1\x86\xa0", 4);
    memcpy(pair->labels.data + 4, "\0\1\x86\xa0", 4);
    refuse(pair, "images: byte 4: its header promises 78400016 bytes, but a file of 23536 cannot "
                 "hold them; fetch the file again");
    pack(&pair->images);
    refuse_roughly(pair, "images: byte 4 of the unpacked data: its header promises 78400016 bytes",
                   "cannot hold them");
    assert_true(pair->arena.total < 1 << 20);
}

static void test_label_above_9_is_refused(void **state)
{
    struct pair *pair = *state;
    pair->labels.data[8 + 17] = 10;
    refuse(pair, "labels: byte 25: label 10; a digit is 0 to 9");
    pair->labels.data[8 + 17] = (char)0xff;
    pack(&pair->labels);
    refuse(pair, "labels: byte 25 of the unpacked data: label 255; a digit is 0 to 9");
}

static void test_trailing_bytes_are_refused(void **state)
{
    struct pair *pair = *state;
    buf_add_char(&pair->labels, '\0');
    refuse(pair,
           "labels: byte 38: more bytes follow, but its header promises only 38; fetch the file "
           "again");
    pack(&pair->labels);
    refuse(pair, "labels: byte 38 of the unpacked data: more bytes follow, but its header promises "
                 "only 38; fetch the file again");
    buf_clear(&pair->labels);
    add_labels(&pair->labels);
    pack(&pair->labels);
    char sentence[200];
    snprintf(sentence, sizeof sentence,
             "labels: byte %zu: 4 bytes after the end of the gzip data; fetch the file again",
             pair->labels.length);
    buf_add(&pair->labels, "junk");
    refuse(pair, sentence);
}

/* Cut anywhere at all, the pair is refused, and the sentence names a byte of the file that was cut. */
static void test_every_truncation_is_refused(void **state)
{
    struct pair *pair = *state;
    for (int packed = 0; packed < 2; packed++) {
        size_t whole = pair->labels.length;
        for (size_t i = 0; i < whole; i++) {
            pair->labels.length = i;
            refuse_roughly(pair, "labels: byte ", "fetch ");
        }
        pair->labels.length = whole;
        whole = pair->images.length;
        for (size_t i = 0; i < whole; i += i < 100 ? 1 : 331) {
            pair->images.length = i;
            refuse_roughly(pair, "images: byte ", "fetch ");
        }
        pair->images.length = whole - 1;
        refuse_roughly(pair, "images: byte ", "fetch ");
        pair->images.length = whole;
        pack(&pair->images);
        pack(&pair->labels);
    }
    buf_clear(&pair->images);
    add_images(&pair->images);
    buf_clear(&pair->labels);
    add_labels(&pair->labels);
    pair->images.length = 5000;
    refuse(pair, "images: byte 4: its header promises 23536 bytes, but a file of 5000 cannot hold "
                 "them; fetch the file again");
    pack(&pair->images);
    refuse(pair,
           "images: byte 5000 of the unpacked data: it ends here, but its header promises 23536 "
           "bytes; fetch the file again");
}

static void test_damaged_gzip_is_refused(void **state)
{
    struct pair *pair = *state;
    pack(&pair->images);
    char *end = pair->images.data + pair->images.length;
    end[-8] ^= 1;
    refuse_roughly(pair, "images: byte ", "damaged gzip data (incorrect data check)");
    end[-8] ^= 1;
    end[-1] ^= 1;
    refuse_roughly(pair, "images: byte ", "damaged gzip data (incorrect length check)");
    end[-1] ^= 1;
    assert_true(parse(pair, SIZE_MAX));

    /* One flipped bit anywhere in the packed data never passes unseen. */
    for (size_t i = 10; i < pair->images.length; i += 7) {
        pair->images.data[i] ^= 0x10;
        assert_false(parse(pair, SIZE_MAX));
        assert_true(strncmp(pair->err.text, "images: byte ", 13) == 0);
        pair->images.data[i] ^= 0x10;
    }
    pair->images.data[2] = 7; /* the method: only 8 is defined */
    refuse_roughly(pair, "images: byte ", "damaged gzip data (unknown compression method)");
}

static void write_bytes(const char *folder, const char *name, const struct buf *bytes)
{
    char path[1024];
    struct err err;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (!file_write(path, buf_text(bytes), bytes->length, &err))
        fail_msg("%s", err.text);
}

static void test_folder_is_searched_by_the_usual_names(void **state)
{
    struct pair *pair = *state;
    const char *folder = test_folder();
    char sentence[1200];
    assert_false(idx_read(&pair->arena, folder, IDX_TEST, 9, &pair->set, &pair->err));
    snprintf(
        sentence, sizeof sentence,
        "%s: no file t10k-images-idx3-ubyte or t10k-images.idx3-ubyte, plain or with .gz; name "
        "the folder that holds MNIST's four files",
        folder);
    assert_string_equal(pair->err.text, sentence);

    write_bytes(folder, "t10k-images.idx3-ubyte", &pair->images);
    assert_false(idx_read(&pair->arena, folder, IDX_TEST, 9, &pair->set, &pair->err));
    assert_non_null(strstr(pair->err.text, "no file t10k-labels-idx1-ubyte or "));

    pack(&pair->labels);
    write_bytes(folder, "t10k-labels-idx1-ubyte.gz", &pair->labels);
    assert_true(idx_read(&pair->arena, folder, IDX_TEST, SIZE_MAX, &pair->set, &pair->err));
    check_rows(&pair->set, COUNT);
    assert_false(idx_read(&pair->arena, folder, IDX_TRAIN, 9, &pair->set, &pair->err));
    assert_non_null(strstr(pair->err.text, "no file train-images-idx3-ubyte or "));

    /* Unpacked on the way here, its name kept. */
    write_bytes(folder, "train-images-idx3-ubyte.gz", &pair->images);
    write_bytes(folder, "train-labels.idx1-ubyte", &pair->labels);
    assert_true(idx_read(&pair->arena, folder, IDX_TRAIN, SIZE_MAX, &pair->set, &pair->err));
    check_rows(&pair->set, COUNT);

    /* A folder of that name is not the file. */
    snprintf(sentence, sizeof sentence, "%s/train-images-idx3-ubyte", folder);
    assert_int_equal(mkdir(sentence, 0700), 0);
    assert_true(idx_read(&pair->arena, folder, IDX_TRAIN, 9, &pair->set, &pair->err));
}

static void test_wrong_folder_is_named(void **state)
{
    struct pair *pair = *state;
    assert_false(idx_read(&pair->arena, "/nowhere/at/all", IDX_TRAIN, 9, &pair->set, &pair->err));
    assert_string_equal(pair->err.text, "/nowhere/at/all: cannot read: No such file or directory; "
                                        "name the folder that holds MNIST's four files");
    assert_false(idx_read(&pair->arena, "/dev/null", IDX_TRAIN, 9, &pair->set, &pair->err));
    assert_string_equal(pair->err.text, "/dev/null: is not a folder; name the folder that holds "
                                        "MNIST's four files");
}

static void test_real_files_hold_what_is_known_of_them(void **state)
{
    struct pair *pair = *state;
    static const char *folder = "../shared/data/mnist";
    static const size_t known[2][10] = {
        {5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949},
        {980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009},
    };
    struct stat info;
    if (stat(folder, &info) != 0) {
        printf("skipped: no MNIST files in %s\n", folder);
        skip();
    }
    for (size_t part = 0; part < 2; part++) {
        struct dataset set;
        if (!idx_read(&pair->arena, folder, part ? IDX_TEST : IDX_TRAIN, SIZE_MAX, &set,
                      &pair->err))
            fail_msg("%s", pair->err.text);
        size_t counts[10] = {0};
        double sum = 0;
        for (size_t i = 0; i < set.n; i++)
            counts[set.y[i]]++;
        for (size_t i = 0; i < set.n * set.features; i++)
            sum += (double)set.x[i];
        assert_int_equal(set.n, part ? 10000 : 60000);
        assert_memory_equal(counts, known[part], sizeof counts);
        if (part == 0) {
            static const unsigned char first[] = {5, 0, 4, 1, 9, 2, 1, 3, 1, 4};
            assert_memory_equal(set.y, first, sizeof first);
            assert_true(fabs(sum / (60000.0 * 784) - .1306605) < 1e-6); /* quoted as .1307 */
        }
    }
}

int main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(test_plain_and_packed_pairs_are_read),
        CASE(test_first_images_are_kept_and_the_rest_is_checked),
        CASE(test_gzip_joined_end_to_end_is_read),
        CASE(test_wrong_magic_says_what_the_file_is),
        CASE(test_wrong_dimensions_are_refused),
        CASE(test_counts_that_differ_are_refused),
        CASE(test_absurd_counts_are_refused_before_memory_is_taken),
        CASE(test_label_above_9_is_refused),
        CASE(test_trailing_bytes_are_refused),
        CASE(test_every_truncation_is_refused),
        CASE(test_damaged_gzip_is_refused),
        CASE(test_folder_is_searched_by_the_usual_names),
        CASE(test_wrong_folder_is_named),
        CASE(test_real_files_hold_what_is_known_of_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

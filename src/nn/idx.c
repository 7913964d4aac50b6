#include "nn/data.h"

#include "base/file.h"
#include "base/str.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

enum { BYTE_MAGIC = 0x0800, LABEL_DIMENSIONS = 1, IMAGE_DIMENSIONS = 3 };
enum { LABEL_HEADER = 8, IMAGE_HEADER = 16 };
enum { DEFLATE_MOST_RATIO = 1032 }; /* no gzip file unpacks to more than this many times its size */

/* The bytes of a file in order, unpacked on the way where they are gzip. */
struct source {
    const struct idx_file *file;
    bool packed;
    z_stream z;       /* where packed */
    size_t at;        /* how many bytes were read, unpacked */
    size_t promised;  /* how many there are, as far as the header was read */
    const char *unit; /* for "byte 16 of the unpacked data" */
};

static bool source_open(struct source *source, const struct idx_file *file, struct err *err)
{
    assert(file->size <= FILE_MOST_BYTES);
    *source = (struct source){.file = file, .unit = ""};
    /* The content decides, not the name: browsers unpack what they fetch and keep the name. */
    source->packed = file->size >= 2 && file->bytes[0] == 0x1f && file->bytes[1] == 0x8b;
    if (!source->packed)
        return true;
    source->unit = " of the unpacked data";
    source->z.next_in = (z_const Bytef *)file->bytes;
    source->z.avail_in = (uInt)file->size;
    if (inflateInit2(&source->z, 16 + MAX_WBITS) != Z_OK) /* 16: gzip, and nothing else */
        return err_set(err, "%s: no memory to unpack it", file->name);
    return true;
}

static void source_close(struct source *source)
{
    if (source->packed)
        inflateEnd(&source->z);
}

/* Unpacks up to `size` bytes; fewer only at the end of the data. */
static bool source_unpack(struct source *source, unsigned char *bytes, size_t size, size_t *got,
                          struct err *err)
{
    const struct idx_file *file = source->file;
    z_stream *z = &source->z;
    z->next_out = bytes;
    z->avail_out = (uInt)size;
    while (z->avail_out) {
        int status = inflate(z, Z_NO_FLUSH);
        size_t offset = file->size - z->avail_in;
        if (status == Z_STREAM_END) {
            /* gzip files may be joined end to end; bytes of another kind after one are damage. */
            if (z->avail_in == 0)
                break;
            if (z->avail_in < 2 || z->next_in[0] != 0x1f || z->next_in[1] != 0x8b)
                return err_set(err,
                               "%s: byte %zu: %u bytes after the end of the gzip data; fetch the "
                               "file again",
                               file->name, offset, z->avail_in);
            inflateReset(z);
        } else if (status != Z_OK && status != Z_BUF_ERROR) {
            return err_set(err, "%s: byte %zu: damaged gzip data (%s); fetch the file again",
                           file->name, offset, z->msg ? z->msg : "no reason given");
        } else if (z->avail_out && z->avail_in == 0) {
            return err_set(err,
                           "%s: byte %zu: the file ends in the middle of its gzip data; fetch it "
                           "again",
                           file->name, file->size);
        }
    }
    *got = size - z->avail_out;
    return true;
}

static bool source_some(struct source *source, unsigned char *bytes, size_t size, size_t *got,
                        struct err *err)
{
    if (source->packed) {
        if (!source_unpack(source, bytes, size, got, err))
            return false;
    } else {
        size_t left = source->file->size - source->at;
        *got = left < size ? left : size;
        memcpy(bytes, source->file->bytes + source->at, *got);
    }
    source->at += *got;
    return true;
}

/* The next `size` bytes, all of them. */
static bool source_read(struct source *source, unsigned char *bytes, size_t size, struct err *err)
{
    size_t got = 0;
    if (!source_some(source, bytes, size, &got, err))
        return false;
    return got == size ||
           err_set(err,
                   "%s: byte %zu%s: it ends here, but its header promises %zu bytes; "
                   "fetch the file again",
                   source->file->name, source->at, source->unit, source->promised);
}

/* Nothing may follow. Where the data are gzip this also checks their sum. */
static bool source_finish(struct source *source, struct err *err)
{
    unsigned char byte;
    size_t got = 0;
    if (!source_some(source, &byte, 1, &got, err))
        return false;
    return got == 0 ||
           err_set(err,
                   "%s: byte %zu%s: more bytes follow, but its header promises only %zu; "
                   "fetch the file again",
                   source->file->name, source->promised, source->unit, source->promised);
}

static uint32_t big_endian(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static bool check_magic(const struct source *source, const unsigned char *header,
                        uint32_t dimensions, struct err *err)
{
    const char *name = source->file->name;
    uint32_t magic = big_endian(header), wanted = BYTE_MAGIC + dimensions;
    if (magic == wanted)
        return true;
    if (magic == BYTE_MAGIC + LABEL_DIMENSIONS)
        return err_set(err, "%s: byte 0: it holds labels, not images; were two files swapped?",
                       name);
    if (magic == BYTE_MAGIC + IMAGE_DIMENSIONS)
        return err_set(err, "%s: byte 0: it holds images, not labels; were two files swapped?",
                       name);
    if (header[0] == '<')
        return err_set(err, "%s: byte 0: it is a web page, not an IDX file; fetch the file again",
                       name);
    return err_set(err,
                   "%s: byte 0%s: the magic number is 0x%08x, not 0x%08x (unsigned bytes in %u "
                   "dimensions); it is not one of MNIST's files",
                   name, source->unit, magic, wanted, wanted - BYTE_MAGIC);
}

/* Reads magic number and count. */
static bool read_count(struct source *source, uint32_t dimensions, uint32_t *count, struct err *err)
{
    unsigned char header[LABEL_HEADER];
    source->promised = dimensions == IMAGE_DIMENSIONS ? IMAGE_HEADER : LABEL_HEADER;
    if (!source_read(source, header, 4, err) || !check_magic(source, header, dimensions, err) ||
        !source_read(source, header + 4, 4, err))
        return false;
    *count = big_endian(header + 4);
    if (*count == 0 || *count > IDX_MOST_IMAGES)
        return err_set(err, "%s: byte 4%s: %u %s; 1 to %d are allowed, MNIST has 60000 and 10000",
                       source->file->name, source->unit, *count,
                       dimensions == IMAGE_DIMENSIONS ? "images" : "labels", IDX_MOST_IMAGES);
    return true;
}

/* Whether the file can hold what it promises at all: asked before any memory is. */
static bool check_size(const struct source *source, struct err *err)
{
    size_t most = source->file->size;
    if (source->packed)
        most = (most + 1) * DEFLATE_MOST_RATIO;
    return most >= source->promised ||
           err_set(err,
                   "%s: byte 4%s: its header promises %zu bytes, but a file of %zu cannot hold "
                   "them; fetch the file again",
                   source->file->name, source->unit, source->promised, source->file->size);
}

static bool read_headers(struct source *images, struct source *labels, size_t *count,
                         struct err *err)
{
    uint32_t image_count, label_count;
    unsigned char sides[IMAGE_HEADER - LABEL_HEADER];
    if (!read_count(images, IMAGE_DIMENSIONS, &image_count, err) ||
        !source_read(images, sides, sizeof sides, err))
        return false;
    for (size_t i = 0; i < 2; i++) {
        uint32_t side = big_endian(sides + 4 * i);
        if (side != DIGIT_SIDE)
            return err_set(err, "%s: byte %zu%s: images %u pixels %s; MNIST's are %dx%d",
                           images->file->name, LABEL_HEADER + 4 * i, images->unit, side,
                           i ? "wide" : "high", DIGIT_SIDE, DIGIT_SIDE);
    }
    if (!read_count(labels, LABEL_DIMENSIONS, &label_count, err))
        return false;
    if (image_count != label_count)
        return err_set(err,
                       "%s: byte 4%s: %u labels, but %s has %u images; take both from the same "
                       "part of MNIST",
                       labels->file->name, labels->unit, label_count, images->file->name,
                       image_count);
    *count = image_count;
    images->promised = IMAGE_HEADER + (size_t)image_count * DIGIT_PIXELS;
    labels->promised = LABEL_HEADER + (size_t)image_count;
    return check_size(images, err) && check_size(labels, err);
}

static bool read_images(struct source *images, size_t count, struct dataset *out, struct err *err)
{
    unsigned char pixels[DIGIT_PIXELS];
    for (size_t i = 0; i < count; i++) {
        if (!source_read(images, pixels, sizeof pixels, err))
            return false;
        for (size_t j = 0; j < DIGIT_PIXELS && i < out->n; j++)
            out->x[i * DIGIT_PIXELS + j] = (float)pixels[j] / 255;
    }
    return source_finish(images, err);
}

static bool read_labels(struct source *labels, size_t count, struct dataset *out, struct err *err)
{
    unsigned char block[1024];
    for (size_t i = 0; i < count; i++) {
        size_t left = count - i, k = i % sizeof block;
        if (k == 0 && !source_read(labels, block, left < sizeof block ? left : sizeof block, err))
            return false;
        if (block[k] >= DIGIT_CLASSES)
            return err_set(err, "%s: byte %zu%s: label %d; a digit is 0 to 9", labels->file->name,
                           LABEL_HEADER + i, labels->unit, block[k]);
        if (i < out->n)
            out->y[i] = block[k];
    }
    return source_finish(labels, err);
}

bool idx_parse(struct arena *arena, const struct idx_file *images, const struct idx_file *labels,
               size_t most, struct dataset *out, struct err *err)
{
    assert(most > 0);
    struct source image_source, label_source = {0};
    size_t count = 0;
    bool good = source_open(&image_source, images, err) &&
                source_open(&label_source, labels, err) &&
                read_headers(&image_source, &label_source, &count, err);
    if (good) {
        *out = data_new(arena, count < most ? count : most, DIGIT_PIXELS, DIGIT_CLASSES);
        good = read_labels(&label_source, count, out, err) &&
               read_images(&image_source, count, out, err);
    }
    source_close(&image_source);
    source_close(&label_source);
    return good;
}

/* The first of the usual names that is a file: with "-" or "." before idx, plain or gzipped. */
static bool find_file(const char *folder, const char *stem, int dimensions, struct buf *path,
                      struct err *err)
{
    static const char *const marks[] = {"-", "."}, *const ends[] = {"", ".gz"};
    for (size_t i = 0; i < 4; i++) {
        struct stat info;
        buf_clear(path);
        buf_addf(path, "%s/%s%sidx%d-ubyte%s", folder, stem, marks[i / 2], dimensions, ends[i % 2]);
        if (stat(path->data, &info) == 0 && S_ISREG(info.st_mode))
            return true;
    }
    return err_set(
        err,
        "%s: no file %s-idx%d-ubyte or %s.idx%d-ubyte, plain or with .gz; name the folder "
        "that holds MNIST's four files",
        folder, stem, dimensions, stem, dimensions);
}

static bool check_folder(const char *folder, struct err *err)
{
    struct stat info;
    if (stat(folder, &info) != 0)
        return err_set(err, "%s: cannot read: %s; name the folder that holds MNIST's four files",
                       folder, strerror(errno));
    return S_ISDIR(info.st_mode) ||
           err_set(err, "%s: is not a folder; name the folder that holds MNIST's four files",
                   folder);
}

bool idx_read(struct arena *arena, const char *folder, enum idx_part part, size_t most,
              struct dataset *out, struct err *err)
{
    static const char *const stems[][2] = {
        [IDX_TRAIN] = {"train-images", "train-labels"},
        [IDX_TEST] = {"t10k-images", "t10k-labels"},
    };
    struct buf paths[2] = {0}, bytes[2] = {0};
    bool good = check_folder(folder, err) &&
                find_file(folder, stems[part][0], IMAGE_DIMENSIONS, &paths[0], err) &&
                find_file(folder, stems[part][1], LABEL_DIMENSIONS, &paths[1], err) &&
                file_read(paths[0].data, &bytes[0], err) &&
                file_read(paths[1].data, &bytes[1], err);
    if (good) {
        struct idx_file files[2];
        for (size_t i = 0; i < 2; i++)
            files[i] = (struct idx_file){
                .name = paths[i].data,
                .bytes = (const unsigned char *)buf_text(&bytes[i]),
                .size = bytes[i].length,
            };
        good = idx_parse(arena, &files[0], &files[1], most, out, err);
    }
    for (size_t i = 0; i < 2; i++) {
        buf_free(&paths[i]);
        buf_free(&bytes[i]);
    }
    return good;
}

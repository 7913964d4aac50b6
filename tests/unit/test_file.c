/* Whole files: read to the last byte, replaced in one step or not at all. */
#include "support/test.h"

#include "base/arena.h"
#include "base/file.h"
#include "base/log.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *join(const char *folder, const char *name)
{
    static char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static size_t entries(const char *folder)
{
    size_t count = 0;
    DIR *open = opendir(folder);
    assert_non_null(open);
    for (struct dirent *entry; (entry = readdir(open));)
        count += entry->d_name[0] != '.';
    closedir(open);
    return count;
}

static unsigned mode_of(const char *path)
{
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    return info.st_mode & 0777;
}

static void test_bytes_come_back_as_written(void **state)
{
    (void)state;
    const char *folder = test_folder();
    struct err err;
    struct buf bytes = {0}, read = {0};
    for (int i = 0; i < 300000; i++)
        buf_add_char(&bytes, (char)(i * 7));
    const char *path = join(folder, "bytes");
    assert_true(file_write(path, bytes.data, bytes.length, &err));
    buf_add(&read, "before");
    assert_true(file_read(path, &read, &err));
    assert_int_equal(read.length, bytes.length + 6);
    assert_memory_equal(read.data, "before", 6);
    assert_memory_equal(read.data + 6, bytes.data, bytes.length);
    assert_true(file_write(path, "", 0, &err));
    buf_clear(&read);
    assert_true(file_read(path, &read, &err));
    assert_int_equal(read.length, 0);
    assert_int_equal(entries(folder), 1); /* no draft stays behind */
    buf_free(&bytes);
    buf_free(&read);
}

static void test_errors_name_the_file_and_the_cause(void **state)
{
    (void)state;
    const char *folder = test_folder();
    struct buf out = {0};
    struct err err;
    char expected[1200];
    buf_add(&out, "kept");

    const char *path = join(folder, "missing");
    assert_false(file_read(path, &out, &err));
    snprintf(expected, sizeof expected, "%s: cannot read: No such file or directory", path);
    assert_string_equal(err.text, expected);

    assert_false(file_read(folder, &out, &err));
    snprintf(expected, sizeof expected, "%s: is a folder, not a file", folder);
    assert_string_equal(err.text, expected);

    path = join(folder, "no/such/place");
    assert_false(file_write(path, "x", 1, &err));
    snprintf(expected, sizeof expected, "%s: cannot write: No such file or directory", path);
    assert_string_equal(err.text, expected);

    assert_false(file_write(folder, "x", 1, &err));
    snprintf(expected, sizeof expected, "%s: cannot write: Is a directory", folder);
    assert_string_equal(err.text, expected);

    assert_string_equal(buf_text(&out), "kept");
    assert_false(file_read(folder, &out, NULL)); /* nobody asks why */
    buf_free(&out);
}

static void test_endless_file_is_cut_off(void **state)
{
    (void)state;
    struct buf out = {0};
    struct err err;
    buf_add(&out, "kept");
    assert_false(file_read("/dev/zero", &out, &err));
    assert_string_equal(err.text, "/dev/zero: larger than 256 MiB");
    assert_string_equal(buf_text(&out), "kept");
    buf_free(&out);
}

static void test_full_disk_leaves_the_old_file(void **state)
{
    (void)state;
    const char *folder = test_folder();
    const char *path = test_file(folder, "notes", "old");
    struct err err;
    struct buf much = {0};
    buf_repeat(&much, "new ", 100000);
    /* A limit on the size of files stands in for a full disk. */
    struct rlimit before, small;
    getrlimit(RLIMIT_FSIZE, &before);
    small = before;
    small.rlim_cur = 4096;
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    bool written = file_write(path, much.data, much.length, &err);
    setrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, handler);
    assert_false(written);
    assert_non_null(strstr(err.text, "notes: cannot write: File too large"));
    char *text = test_read(path);
    assert_string_equal(text, "old");
    memory_free(text);
    assert_int_equal(entries(folder), 1);
    buf_free(&much);
}

static void test_full_device_is_an_error(void **state)
{
    (void)state;
    struct err err;
    if (access("/dev/full", W_OK) != 0) {
        puts("skipped: no /dev/full");
        skip();
    }
    assert_false(file_write("/dev/full", "x", 1, &err));
    assert_string_equal(err.text, "/dev/full: cannot write: No space left on device");
}

static void test_modes_and_links_survive(void **state)
{
    (void)state;
    const char *folder = test_folder();
    char target[1024], link[1024];
    struct err err;
    snprintf(target, sizeof target, "%s", join(folder, "target"));
    snprintf(link, sizeof link, "%s", join(folder, "link"));
    assert_true(file_write(target, "1", 1, &err));
    assert_int_equal(mode_of(target), 0600);
    assert_int_equal(chmod(target, 0644), 0);
    assert_int_equal(symlink("target", link), 0);
    assert_true(file_write(link, "22", 2, &err));
    struct stat info;
    assert_int_equal(lstat(link, &info), 0);
    assert_true(S_ISLNK(info.st_mode));
    char *text = test_read(target);
    assert_string_equal(text, "22");
    memory_free(text);
    assert_int_equal(mode_of(target), 0644);
    assert_int_equal(entries(folder), 2);
}

static void test_folders_are_made_private_with_their_parents(void **state)
{
    (void)state;
    const char *folder = test_folder();
    struct err err;
    char path[1024];
    snprintf(path, sizeof path, "%s", join(folder, "a//b/c/"));
    assert_true(file_make_folder(path, &err));
    assert_true(file_make_folder(path, &err)); /* it may exist already */
    assert_int_equal(mode_of(path), 0700);
    test_file(folder, "file", "");
    assert_false(file_make_folder(join(folder, "file"), &err));
    assert_non_null(strstr(err.text, "file: cannot make the folder: File exists"));
    assert_false(file_make_folder(join(folder, "file/below"), &err));
    assert_false(file_make_folder("", &err));
}

static void test_log_is_silent_until_opened(void **state)
{
    (void)state;
    const char *folder = test_folder();
    char path[1024];
    struct err err;
    snprintf(path, sizeof path, "%s", join(folder, "log"));
    log_line("lost");
    assert_true(log_open(path, &err));
    log_line("kept %d", 1);
    char *text = test_read(path); /* at once, without closing: a crash must not lose it */
    assert_string_equal(text, "kept 1\n");
    memory_free(text);
    log_close();
    log_line("lost");
    assert_false(log_open(join(folder, "no/such"), &err));
    text = test_read(path);
    assert_string_equal(text, "kept 1\n");
    memory_free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes_come_back_as_written),
        cmocka_unit_test(test_errors_name_the_file_and_the_cause),
        cmocka_unit_test(test_endless_file_is_cut_off),
        cmocka_unit_test(test_full_disk_leaves_the_old_file),
        cmocka_unit_test(test_full_device_is_an_error),
        cmocka_unit_test(test_modes_and_links_survive),
        cmocka_unit_test(test_folders_are_made_private_with_their_parents),
        cmocka_unit_test(test_log_is_silent_until_opened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Runs a fuzz target over files instead of a fuzzer: every file of the folders named as arguments.
 * So each seed and each past finding is a case of the ordinary tests. */
#include "base/arena.h"
#include "base/file.h"
#include "base/utf8.h"

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int main(int argc, char **argv)
{
    size_t files = 0;
    utf8_start();
    for (int i = 1; i < argc; i++) {
        DIR *folder = opendir(argv[i]);
        if (!folder) {
            printf("%s: no such folder\n[  FAILED  ] 1 test(s)\n", argv[i]);
            return 1;
        }
        for (struct dirent *entry; (entry = readdir(folder));) {
            if (entry->d_name[0] == '.')
                continue;
            struct buf path = {0}, bytes = {0};
            struct err err;
            buf_addf(&path, "%s/%s", argv[i], entry->d_name);
            if (!file_read(buf_text(&path), &bytes, &err)) {
                printf("%s\n[  FAILED  ] 1 test(s)\n", err.text);
                return 1;
            }
            /* An exact copy on the heap, so that a sanitizer sees a read past its end. */
            uint8_t *copy = memory_alloc(bytes.length ? bytes.length : 1);
            memcpy(copy, buf_text(&bytes), bytes.length);
            printf("%s\n", buf_text(&path));
            fflush(stdout);
            LLVMFuzzerTestOneInput(copy, bytes.length);
            memory_free(copy);
            buf_free(&path);
            buf_free(&bytes);
            files++;
        }
        closedir(folder);
    }
    printf("[  PASSED  ] %zu test(s).\n", files);
    return files ? 0 : 1;
}

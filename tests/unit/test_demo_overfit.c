#include "support/demo_test.h"

#include "base/file.h"
#include "demos/augment.h"
#include "demos/images.h"
#include "nn/data.h"

#include <stdio.h>

/* Enough epochs to learn 300 digits by heart. */
#define SMALL "overfit images=300 epochs=30 seeds=2"

static void test_digits_are_learnt_by_heart(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, SMALL " rate=0.003");
    assert_true(trial_number(&t, "plain_train_accuracy") > 0.99);
    double test = trial_number(&t, "plain_test_accuracy");
    assert_true(test > 0.6 && test < 0.85);
    assert_true(trial_number(&t, "gain") > -0.01 && trial_number(&t, "gain") < 0.05);
    assert_true(trial_number(&t, "train_accuracy_noisy") < trial_number(&t, "train_accuracy"));
    assert_near(trial_number(&t, "gain"),
                trial_number(&t, "test_accuracy") - trial_number(&t, "plain_test_accuracy"), 1e-12);
    assert_near(trial_number(&t, "test_curve[-1]"), trial_number(&t, "test_accuracy"), 1e-12);
    assert_string_equal(trial_text(&t, "data"), "drawn digits");
    assert_int_equal(t.run.done, t.run.total);
    trial_end(&t);
}

static void test_without_help_both_are_the_same(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "overfit dropout=0 images=60 epochs=3 seeds=2");
    assert_near(trial_number(&t, "gain"), 0, 0);
    assert_near(trial_number(&t, "test_accuracy"), trial_number(&t, "plain_test_accuracy"), 0);
    assert_int_equal(t.run.done, t.run.total);
    trial_end(&t);
}

/* The loss on other digits rises long before 200 epochs: patience finds that. */
static void test_early_stopping_stops_early(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "overfit dropout=0 patience=3 images=100 epochs=100 rate=0.01 seeds=2");
    assert_true(trial_number(&t, "best_epoch") < 60);
    assert_true(trial_number(&t, "test_loss") < trial_number(&t, "plain_test_loss"));
    trial_end(&t);
}

/* More pictures of the same digits are worth more than dropout. */
static void test_shifted_digits_help(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, SMALL " rate=0.003 dropout=0 augment=shift");
    assert_true(trial_number(&t, "gain") > 0.01);
    trial_end(&t);
}

static void test_slices_change_nothing(void **state)
{
    (void)state;
    check_slicing("overfit images=70 epochs=2 seeds=2 augment=all patience=1");
}

static void test_augmented_pixels_stay_in_range(void **state)
{
    (void)state;
    float from[DIGIT_PIXELS], to[DIGIT_PIXELS];
    struct rng rng;
    rng_init(&rng, 1, 2, 3);
    for (uint64_t i = 0; i < 50; i++)
        for (enum augment kind = AUGMENT_NONE; kind <= AUGMENT_ALL; kind++) {
            digits_draw(1, 0, i, from);
            augment_digit(kind, to, from, &rng);
            assert_int_equal(memcmp(from, to, sizeof to) == 0, kind == AUGMENT_NONE);
            for (int j = 0; j < DIGIT_PIXELS; j++)
                assert_true(to[j] >= 0 && to[j] <= 1);
        }
}

/* ---- a folder ---- */

static void add_number(struct buf *out, uint32_t number)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        buf_add_char(out, (char)(number >> shift));
}

/* IDX files of `n` drawn digits; the last `cut` bytes of the images are missing. */
static void write_part(const char *folder, const char *stem, uint32_t n, size_t cut)
{
    struct buf images = {0}, labels = {0}, path = {0};
    float pixels[DIGIT_PIXELS];
    struct err err;
    add_number(&images, 0x803);
    add_number(&images, n);
    add_number(&images, DIGIT_SIDE);
    add_number(&images, DIGIT_SIDE);
    add_number(&labels, 0x801);
    add_number(&labels, n);
    for (uint32_t i = 0; i < n; i++) {
        buf_add_char(&labels, (char)digits_draw(9, 9, i, pixels));
        for (int j = 0; j < DIGIT_PIXELS; j++)
            buf_add_char(&images, (char)lround(255 * (double)pixels[j]));
    }
    buf_addf(&path, "%s/%s-images-idx3-ubyte", folder, stem);
    assert_true(file_write(buf_text(&path), images.data, images.length - cut, &err));
    buf_clear(&path);
    buf_addf(&path, "%s/%s-labels-idx1-ubyte", folder, stem);
    assert_true(file_write(buf_text(&path), labels.data, labels.length, &err));
    buf_free(&images);
    buf_free(&labels);
    buf_free(&path);
}

/* Starts "overfit data=FOLDER ..." as a person would. */
static bool start_on(struct trial *t, const char *folder, const char *const *more, struct err *err)
{
    struct demo_args args;
    struct buf data = {0};
    *t = (struct trial){.now_ms = 0};
    arena_init(&t->arena);
    t->clock = clock_manual(&t->now_ms);
    buf_addf(&data, "data=%s", folder);
    bool good = demo_args_init(&args, &t->arena, demo_find("overfit"));
    args.may_read_files = true;
    good = good && demo_args_set(&args, &t->arena, buf_text(&data), err);
    for (; good && *more; more++)
        good = demo_args_set(&args, &t->arena, *more, err);
    buf_free(&data);
    return good && demo_start(&t->run, &t->arena, &args, &t->clock, err);
}

static void test_a_folder_is_learnt_from(void **state)
{
    (void)state;
    static const char *const knobs[] = {"images=200", "epochs=3", "seeds=1", "augment=shift", NULL};
    struct trial t;
    struct err err;
    char expected[1100];
    const char *folder = test_folder();
    write_part(folder, "train", 700, 0);
    write_part(folder, "t10k", 60, 0);
    if (!start_on(&t, folder, knobs, &err))
        fail_msg("%s", err.text);
    demo_finish(&t.run);
    snprintf(expected, sizeof expected, "MNIST in %s", folder);
    assert_string_equal(trial_text(&t, "data"), expected);
    assert_true(trial_number(&t, "train_accuracy") > 0.3);
    double right = 60 * trial_number(&t, "test_accuracy"); /* of the whole test part */
    assert_near(right, round(right), 1e-9);
    assert_int_equal(t.run.done, t.run.total);
    struct buf json = {0}, said = {0};
    demo_json(&t.run, -1, &json);
    t.run.demo->describe(&t.run, &said);
    assert_non_null(strstr(buf_text(&json), folder));
    assert_non_null(strstr(buf_text(&said), expected));
    buf_free(&json);
    buf_free(&said);
    trial_end(&t);
}

static void check_folder_refused(const char *folder, const char *images, const char *what)
{
    struct trial t;
    struct err err = {""};
    assert_false(start_on(&t, folder, (const char *const[]){images, NULL}, &err));
    if (!strstr(err.text, folder) || !strstr(err.text, what))
        fail_msg("\"%s\" does not say \"%s\" and \"%s\"", err.text, folder, what);
    trial_end(&t);
}

static void test_a_folder_that_will_not_do_is_named(void **state)
{
    (void)state;
    const char *folder = test_folder();
    check_folder_refused("/nowhere/at/all", "images=20", "No such file");
    check_folder_refused(folder, "images=20", "no file train-images");
    write_part(folder, "train", 520, 0);
    check_folder_refused(folder, "images=20", "no file t10k-images");
    write_part(folder, "t10k", 10, 0);
    check_folder_refused(folder, "images=21", "it has 520 images to learn from; 521 are wanted");
    write_part(folder, "t10k", 10, 100);
    check_folder_refused(folder, "images=20", "t10k-images-idx3-ubyte: byte ");
}

static void test_all_of_a_folder_but_the_validation(void **state)
{
    (void)state;
    struct arena arena;
    struct images images;
    struct err err;
    const char *folder = test_folder();
    write_part(folder, "train", 30, 0);
    write_part(folder, "t10k", 10, 0);
    struct images_plan plan = {.folder = folder, .count = {[IMAGES_VALIDATION] = 8}};
    arena_init(&arena);
    assert_true(images_open(&images, &arena, &plan, &err));
    assert_int_equal(images.part[IMAGES_TRAIN].n, 22);
    assert_int_equal(images.part[IMAGES_VALIDATION].n, 8);
    assert_ptr_equal(images.part[IMAGES_VALIDATION].x, images.part[IMAGES_TRAIN].x + 22 * 784);
    assert_int_equal(images_pieces(&images), 0);
    plan.count[IMAGES_VALIDATION] = 30;
    assert_false(images_open(&images, &arena, &plan, &err));
    arena_free(&arena);
}

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_digits_are_learnt_by_heart),
        cmocka_unit_test(test_without_help_both_are_the_same),
        cmocka_unit_test(test_early_stopping_stops_early),
        cmocka_unit_test(test_shifted_digits_help),
        cmocka_unit_test(test_slices_change_nothing),
        cmocka_unit_test(test_augmented_pixels_stay_in_range),
        cmocka_unit_test(test_a_folder_is_learnt_from),
        cmocka_unit_test(test_a_folder_that_will_not_do_is_named),
        cmocka_unit_test(test_all_of_a_folder_but_the_validation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "demos/images.h"

enum { DRAWN_A_PIECE = 100 };

static bool read_folder(struct images *images, struct arena *arena, struct err *err)
{
    const struct images_plan *plan = &images->plan;
    size_t wanted = plan->count[IMAGES_TRAIN], validation = plan->count[IMAGES_VALIDATION];
    size_t most = wanted ? wanted + validation : IDX_MOST_IMAGES;
    struct dataset all;
    if (!idx_read(arena, plan->folder, IDX_TRAIN, most, &all, err) ||
        !idx_read(arena, plan->folder, IDX_TEST, IDX_MOST_IMAGES, &images->part[IMAGES_TEST], err))
        return false;
    if (all.n < most && (wanted || all.n <= validation))
        return err_set(err, "%s: it has %zu images to learn from; %zu are wanted", plan->folder,
                       all.n, (wanted ? wanted : 1) + validation);
    size_t train = all.n - validation;
    images->part[IMAGES_TRAIN] = data_slice(&all, 0, train);
    images->part[IMAGES_VALIDATION] = data_slice(&all, train, validation);
    images->name = arena_printf(arena, "MNIST in %s", plan->folder);
    return true;
}

bool images_open(struct images *images, struct arena *arena, const struct images_plan *plan,
                 struct err *err)
{
    *images = (struct images){.plan = *plan, .name = "drawn digits"};
    if (plan->folder)
        return read_folder(images, arena, err);
    for (int i = 0; i < IMAGES_PARTS; i++)
        images->part[i] = data_new(arena, plan->count[i], DIGIT_PIXELS, DIGIT_CLASSES);
    return true;
}

static size_t count_all(const struct images *images)
{
    size_t sum = 0;
    for (int i = 0; i < IMAGES_PARTS; i++)
        sum += images->plan.count[i];
    return sum;
}

size_t images_pieces(const struct images *images)
{
    return images->plan.folder ? 0 : (count_all(images) + DRAWN_A_PIECE - 1) / DRAWN_A_PIECE;
}

static void draw_one(struct images *images, size_t i)
{
    uint64_t part = 0;
    while (i >= images->part[part].n)
        i -= images->part[part++].n;
    images->part[part].y[i] = digits_draw(images->plan.seed, images->plan.stream + part, i,
                                          images->part[part].x + i * DIGIT_PIXELS);
}

void images_draw(struct images *images)
{
    size_t all = count_all(images);
    for (int i = 0; i < DRAWN_A_PIECE && images->drawn < all; i++)
        draw_one(images, images->drawn++);
}

/* surgery.h: a trained network with a part of it taken out. Nothing is trained again. */
#ifndef DEMOS_SURGERY_H
#define DEMOS_SURGERY_H

#include "nn/model.h"

/* The units of the last hidden layer: their ways out are cut, which is as if each gave 0. */
void surgery_silence(struct model *model, const size_t *units, size_t count);

/* Copies all that `from` has learnt into `to`, which has the same layers but for the `length` from
 * layer `first` on, those of the block that is deleted. */
void surgery_delete(struct model *to, const struct model *from, size_t first, size_t length);

#endif

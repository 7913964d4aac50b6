/* real.h: the type of number that the room nn computes with.
 *
 * `real` is float, or double where REAL_BITS is defined as 64 before the first header of nn. The
 * files that use it are compiled twice: as they are, and a second time by f64.c, where the names
 * below get the suffix _f64. So a training demo says `linear_forward` and means float32; a
 * demonstration whose digits matter starts with `#define REAL_BITS 64` and writes the same. */
#ifndef NN_REAL_H
#define NN_REAL_H

#include <stddef.h>

#ifndef REAL_BITS
#define REAL_BITS 32
#endif

#if REAL_BITS == 32
typedef float real;
#elif REAL_BITS == 64
typedef double real;
/* kernels.h */
#define kernels_for kernels_for_f64
#define can_stream can_stream_f64
/* matrix.h */
#define matrix_multiply matrix_multiply_f64
#define real_add real_add_f64
#define real_norm real_norm_f64
#define real_finite real_finite_f64
/* layers.h */
#define linear_forward linear_forward_f64
#define linear_backward linear_backward_f64
#define activation_forward activation_forward_f64
#define activation_backward activation_backward_f64
#define softmax_forward softmax_forward_f64
#define softmax_backward softmax_backward_f64
#define log_softmax_forward log_softmax_forward_f64
#define cross_entropy cross_entropy_f64
#define squared_error squared_error_f64
/* norm.h */
#define layer_norm_forward layer_norm_forward_f64
#define layer_norm_backward layer_norm_backward_f64
#define rms_norm_forward rms_norm_forward_f64
#define rms_norm_backward rms_norm_backward_f64
#define batch_norm_forward batch_norm_forward_f64
#define batch_norm_eval batch_norm_eval_f64
#define batch_norm_backward batch_norm_backward_f64
#define batch_norm_eval_backward batch_norm_eval_backward_f64
#define group_norm_forward group_norm_forward_f64
#define group_norm_backward group_norm_backward_f64
/* dropout.h */
#define dropout_scale dropout_scale_f64
#define dropout_forward dropout_forward_f64
#define dropout_apply dropout_apply_f64
#define dropout_eval dropout_eval_f64
#define dropout_rows_apply dropout_rows_apply_f64
/* init.h */
#define init_names init_names_f64
#define init_weights init_weights_f64
/* optim.h */
#define optim_states optim_states_f64
#define optim_step optim_step_f64
#define optim_l1_shrink optim_l1_shrink_f64
#define optim_clip_norm optim_clip_norm_f64
#define optim_clip_value optim_clip_value_f64
/* model.h */
#define model_build model_build_f64
#define model_init model_init_f64
#define model_forward model_forward_f64
#define model_backward model_backward_f64
#define model_group model_group_f64
/* train.h */
#define train_start train_start_f64
#define train_run train_run_f64
#define train_evaluate train_evaluate_f64
#else
#error "REAL_BITS is 32 or 64"
#endif

#endif

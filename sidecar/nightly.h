/* nightly.h - learning by night: once a day, from what agents confirmed and corrected
 * SPDX-License-Identifier: MIT
 */
#ifndef SIDECAR_NIGHTLY_H
#define SIDECAR_NIGHTLY_H

#include "sidecar/sidecar.h"

/* An errand for a worker (CPU seconds to minutes, once a day): learns anew when it is past three o'clock at the
 * desk and that was not done today. The daemons take the model up by themselves. Logs what came of it. */
void nightly_run(void *sidecar, int worker);

#endif

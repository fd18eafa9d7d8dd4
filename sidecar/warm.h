/* warm.h - first uses that must not be by two threads at once
 * SPDX-License-Identifier: MIT
 */
#ifndef SIDECAR_WARM_H
#define SIDECAR_WARM_H

#include "ticket/site.h"

/* GMime, ICU, the pattern matcher and Cyrus SASL (below libetpan) initialise themselves at their
 * first use: here, before there are threads. 1 or -1. */
int warm_up(const struct site *site, struct error *error);

#endif

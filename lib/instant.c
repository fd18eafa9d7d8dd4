/* instant.c - moments and durations
 * SPDX-License-Identifier: MIT
 */
#include "lib/instant.h"

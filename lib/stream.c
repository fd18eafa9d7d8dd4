/* stream.c - verified TLS streams
 * SPDX-License-Identifier: MIT
 */
#include "lib/stream.h"

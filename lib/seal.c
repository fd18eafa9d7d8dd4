/* seal.c - keyed hashes
 * SPDX-License-Identifier: MIT
 */
#include "lib/seal.h"

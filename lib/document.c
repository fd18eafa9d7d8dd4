/* document.c - strict JSON files
 * SPDX-License-Identifier: MIT
 */
#include "lib/document.h"

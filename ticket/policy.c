/* policy.c - see policy.h
 * SPDX-License-Identifier: MIT
 */
#include "ticket/policy.h"

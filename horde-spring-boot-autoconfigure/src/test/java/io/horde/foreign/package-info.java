/**
 * The test cases of Horde and of DeltaCrdt, said in terms of this API: what they promise
 * is promised here too, or a deviation says why it is not. No code is taken over; the
 * names of the cases are theirs.
 */
package io.horde.foreign;

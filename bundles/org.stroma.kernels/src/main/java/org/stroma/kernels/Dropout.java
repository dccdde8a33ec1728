/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import static org.stroma.kernels.Lanes.LANES;
import static org.stroma.kernels.Lanes.SPECIES;

import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Dropout (Srivastava et al. 2014) by the numbers that TensorFlow's StatelessRandomUniform draws: Philox 4x32 with ten rounds (Salmon et al. 2011,
 * "Parallel random numbers: as easy as 1, 2, 3", section 3.3). A block of four numbers follows from its place alone, so that the way back draws
 * again what was drawn.
 */
final class Dropout {
  /** Numbers of a block. */
  static final int BLOCK = 4;

  private static final VectorSpecies<Long> LONGS =
      VectorSpecies.of(long.class, SPECIES.vectorShape());
  private static final int BLOCKS = LONGS.length();
  private static final long[] COUNTED =
      IntStream.range(0, BLOCKS).asLongStream().toArray();

  /** Each of the first half of the lanes twice, and each of the second half. */
  private static final VectorShuffle<Long> FIRST = VectorShuffle.fromOp(LONGS, lane -> lane / 2);

  private static final VectorShuffle<Long> SECOND =
      VectorShuffle.fromOp(LONGS, lane -> (BLOCKS + lane) / 2);

  private static final VectorMask<Long> ODD = VectorMask.fromLong(LONGS, 0xaa & (1L << BLOCKS) - 1);

  private static final int ROUNDS = 10;
  private static final long FACTOR_A = 0xD2511F53L;
  private static final long FACTOR_B = 0xCD9E8D57L;
  private static final int WEYL_A = 0x9E3779B9;
  private static final int WEYL_B = 0xBB67AE85;
  private static final long LOW = 0xffffffffL;

  /** Of a float's 32 bits, what makes it a fraction of 1. */
  private static final int MANTISSA = 0x7fffff;

  private final int key0;
  private final int key1;
  private final long counter2;
  private final long counter3;
  private final int least;
  private final float scale;

  /**
   * What numbers are drawn and which are kept.
   *
   * @param seed two numbers, as TensorFlow's operation takes them
   * @param rate of what is left out; at least 0, below 1
   * @param scale of what is kept
   */
  Dropout(int[] seed, float rate, float scale) {
    // TensorFlow mixes the seed, of 64 bits each: how a key and the first counter follow from it
    int[] mixed =
        block(new int[] {seed[0], seed[0] >> 31, seed[1], seed[1] >> 31}, 0x3ec8f720, 0x02461e29);
    key0 = mixed[0];
    key1 = mixed[1];
    counter2 = mixed[2] & LOW;
    counter3 = mixed[3] & LOW;
    least = (int) Math.ceil(rate * (MANTISSA + 1.0));
    this.scale = scale;
  }

  private static int[] block(int[] counter, int key0, int key1) {
    int[] c = counter;
    for (int round = 0; round < ROUNDS; round++) {
      long a = (c[0] & LOW) * FACTOR_A;
      long b = (c[2] & LOW) * FACTOR_B;
      c = new int[] {
        (int) (b >>> 32) ^ c[1] ^ key0 + round * WEYL_A,
        (int) b,
        (int) (a >>> 32) ^ c[3] ^ key1 + round * WEYL_B,
        (int) a
      };
    }
    return c;
  }

  /**
   * Draws 32 bits for each number.
   *
   * @param first block
   * @param bits is written, to a multiple of LANES at least
   */
  private void draw(long first, float[] bits, int count) {
    LongVector counted = LongVector.fromArray(LONGS, COUNTED, 0);
    for (int i = 0; i < count; i += 2 * LANES) {
      LongVector c0 = counted.add(first + i / BLOCK);
      LongVector c1 = LongVector.zero(LONGS);
      LongVector c2 = LongVector.broadcast(LONGS, counter2);
      LongVector c3 = LongVector.broadcast(LONGS, counter3);
      int a = key0;
      int b = key1;
      for (int round = 0; round < ROUNDS; round++) {
        LongVector p = c0.mul(FACTOR_A);
        LongVector q = c2.mul(FACTOR_B);
        c0 = q.lanewise(VectorOperators.LSHR, 32)
            .lanewise(VectorOperators.XOR, c1)
            .lanewise(VectorOperators.XOR, a & LOW);
        c1 = q.and(LOW);
        c2 = p.lanewise(VectorOperators.LSHR, 32)
            .lanewise(VectorOperators.XOR, c3)
            .lanewise(VectorOperators.XOR, b & LOW);
        c3 = p.and(LOW);
        a += WEYL_A;
        b += WEYL_B;
      }
      LongVector low = c1.lanewise(VectorOperators.LSHL, 32).or(c0);
      LongVector high = c3.lanewise(VectorOperators.LSHL, 32).or(c2);
      low.rearrange(FIRST)
          .blend(high.rearrange(FIRST), ODD)
          .reinterpretAsFloats()
          .intoArray(bits, i);
      low.rearrange(SECOND)
          .blend(high.rearrange(SECOND), ODD)
          .reinterpretAsFloats()
          .intoArray(bits, i + LANES);
    }
  }

  /**
   * x = scale x where the number that is drawn is the rate or more, and 0 elsewhere.
   *
   * @param begin of these numbers among all, a multiple of {@link #BLOCK}
   * @param count of them; the array goes on to a multiple of 2 LANES
   * @param bits of the same length, to be written
   */
  void apply(long begin, float[] x, int count, float[] bits) {
    draw(begin / BLOCK, bits, count);
    for (int i = 0; i < count; i += LANES) {
      IntVector drawn =
          FloatVector.fromArray(SPECIES, bits, i).reinterpretAsInts().and(MANTISSA);
      FloatVector.fromArray(SPECIES, x, i)
          .mul(scale)
          .blend(0f, drawn.compare(VectorOperators.LT, least).cast(SPECIES))
          .intoArray(x, i);
    }
  }
}

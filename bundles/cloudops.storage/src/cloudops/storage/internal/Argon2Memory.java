package cloudops.storage.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.stream.IntStream;

import org.bouncycastle.crypto.digests.Blake2bDigest;

/**
 * Argon2id, version 0x13 (RFC 9106 §3), without secret and associated data. Bouncy Castle computes the same lane after lane; here the lanes
 * are computed at once, which is what lanes are for: it is a third of the time that a command on a home with a passphrase takes to start.
 * The names are the RFC's. For one use.
 */
final class Argon2Memory {

    private static final int VERSION = 0x13, ARGON2ID = 2;

    private static final int SLICES = 4;

    /** Longs in a block of 1 KiB. */
    private static final int BLOCK = 128;

    private static final int HASH = 64;

    private final Argon2 parameters;

    private final int lanes;

    /** Blocks in a lane, and in a slice of it. */
    private final int columns, segment;

    /** All blocks, lane after lane. */
    private final long[] memory;

    Argon2Memory(Argon2 parameters) {
        this.parameters = parameters;
        lanes = parameters.lanes();
        segment = parameters.memoryKib() / (SLICES * lanes);
        columns = SLICES * segment;
        memory = new long[lanes * columns * BLOCK];
    }

    byte[] key(byte[] passphrase, byte[] salt, int length) {
        try {
            fillFirst(firstHash(passphrase, salt, length));
            for (int pass = 0; pass < parameters.passes(); pass++) {
                for (int slice = 0; slice < SLICES; slice++) {
                    int now = pass;
                    int of = slice;
                    IntStream.range(0, lanes).parallel().forEach(lane -> new Segment(now, of, lane).fill());
                }
            }
            return hash(bytes(lastColumn()), length);
        } finally {
            IntStream.range(0, lanes).parallel().forEach(lane -> Arrays.fill(memory, block(lane, 0), block(lane, 0) + columns * BLOCK, 0));
        }
    }

    private int block(int lane, int column) {
        return (lane * columns + column) * BLOCK;
    }

    private byte[] firstHash(byte[] passphrase, byte[] salt, int length) {
        var input = littleEndian(10 * Integer.BYTES + passphrase.length + salt.length)
                .putInt(lanes).putInt(length).putInt(parameters.memoryKib()).putInt(parameters.passes()).putInt(VERSION).putInt(ARGON2ID)
                .putInt(passphrase.length).put(passphrase).putInt(salt.length).put(salt).putInt(0).putInt(0).array();
        try {
            return blake2b(input, HASH);
        } finally {
            Arrays.fill(input, (byte) 0);
        }
    }

    private void fillFirst(byte[] firstHash) {
        for (int lane = 0; lane < lanes; lane++) {
            for (int column = 0; column < 2; column++) {
                var input = littleEndian(HASH + 2 * Integer.BYTES).put(firstHash).putInt(column).putInt(lane).array();
                ByteBuffer.wrap(hash(input, BLOCK * Long.BYTES)).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(memory, block(lane, column), BLOCK);
            }
        }
    }

    private long[] lastColumn() {
        var last = new long[BLOCK];
        for (int lane = 0; lane < lanes; lane++) {
            for (int i = 0; i < BLOCK; i++) {
                last[i] ^= memory[block(lane, columns - 1) + i];
            }
        }
        return last;
    }

    /** What one lane has of one slice: no other segment of the slice depends on it. */
    private final class Segment {

        private final int pass;

        private final int slice;

        private final int lane;

        private final boolean independentOfData;

        private final long[] work = new long[BLOCK];

        private final long[] input = new long[BLOCK];

        private final long[] addresses = new long[BLOCK];

        Segment(int pass, int slice, int lane) {
            this.pass = pass;
            this.slice = slice;
            this.lane = lane;
            independentOfData = pass == 0 && slice < SLICES / 2;
            var described = new long[] { pass, lane, slice, lanes * columns, parameters.passes(), ARGON2ID };
            System.arraycopy(described, 0, input, 0, described.length);
        }

        void fill() {
            int start = pass == 0 && slice == 0 ? 2 : 0;
            for (int i = start; i < segment; i++) {
                if (independentOfData && (i == start || i % BLOCK == 0)) {
                    nextAddresses();
                }
                int column = slice * segment + i;
                int previous = block(lane, column == 0 ? columns - 1 : column - 1);
                long random = independentOfData ? addresses[i % BLOCK] : memory[previous];
                compress(memory, previous, memory, reference(random, i), memory, block(lane, column), pass > 0);
            }
        }

        private void nextAddresses() {
            input[6]++;
            var zero = new long[BLOCK];
            compress(zero, 0, input, 0, addresses, 0, false);
            compress(zero, 0, addresses, 0, addresses, 0, false);
        }

        /** Where the block is that the {@code i}-th of this segment is made of beside its predecessor. */
        private int reference(long random, int i) {
            int of = pass == 0 && slice == 0 ? lane : (int) ((random >>> 32) % lanes);
            int finished = pass == 0 ? slice * segment : columns - segment;
            int area = of == lane ? finished + i - 1 : finished - (i == 0 ? 1 : 0);
            long x = random & 0xFFFF_FFFFL;
            long back = area * (x * x >>> 32) >>> 32;
            int oldest = pass == 0 || slice == SLICES - 1 ? 0 : (slice + 1) * segment;
            return block(of, (int) ((oldest + area - 1 - back) % columns));
        }

        /** G of the RFC; {@code add} keeps what is there in it. The result may be one of the two. */
        private void compress(long[] one, int atOne, long[] other, int atOther, long[] result, int at, boolean add) {
            for (int i = 0; i < BLOCK; i++) {
                work[i] = one[atOne + i] ^ other[atOther + i];
            }
            for (int i = 0; i < BLOCK; i++) {
                long mixed = one[atOne + i] ^ other[atOther + i];
                result[at + i] = add ? result[at + i] ^ mixed : mixed;
            }
            for (int i = 0; i < 8; i++) {
                permute(work, 16 * i, 2);
            }
            for (int i = 0; i < 8; i++) {
                permute(work, 2 * i, 16);
            }
            for (int i = 0; i < BLOCK; i++) {
                result[at + i] ^= work[i];
            }
        }
    }

    /** P of the RFC, on 8 pairs of longs that are {@code distance} apart. */
    private static void permute(long[] v, int at, int distance) {
        int a = at;
        int b = at + 2 * distance;
        int c = at + 4 * distance;
        int d = at + 6 * distance;
        // columns of the 4 x 4 matrix
        mix(v, a, b, c, d);
        mix(v, a + 1, b + 1, c + 1, d + 1);
        mix(v, a + distance, b + distance, c + distance, d + distance);
        mix(v, a + distance + 1, b + distance + 1, c + distance + 1, d + distance + 1);
        // and its diagonals
        mix(v, a, b + 1, c + distance, d + distance + 1);
        mix(v, a + 1, b + distance, c + distance + 1, d);
        mix(v, a + distance, b + distance + 1, c, d + 1);
        mix(v, a + distance + 1, b, c + 1, d + distance);
    }

    /** GB of the RFC. */
    private static void mix(long[] v, int ia, int ib, int ic, int id) {
        long a = v[ia];
        long b = v[ib];
        long c = v[ic];
        long d = v[id];
        a += b + 2 * (a & 0xFFFF_FFFFL) * (b & 0xFFFF_FFFFL);
        d = Long.rotateRight(d ^ a, 32);
        c += d + 2 * (c & 0xFFFF_FFFFL) * (d & 0xFFFF_FFFFL);
        b = Long.rotateRight(b ^ c, 24);
        a += b + 2 * (a & 0xFFFF_FFFFL) * (b & 0xFFFF_FFFFL);
        d = Long.rotateRight(d ^ a, 16);
        c += d + 2 * (c & 0xFFFF_FFFFL) * (d & 0xFFFF_FFFFL);
        b = Long.rotateRight(b ^ c, 63);
        v[ia] = a;
        v[ib] = b;
        v[ic] = c;
        v[id] = d;
    }

    /** H' of the RFC: as many bytes as are wanted. */
    private static byte[] hash(byte[] input, int length) {
        var prefixed = littleEndian(Integer.BYTES + input.length).putInt(length).put(input).array();
        if (length <= HASH) {
            return blake2b(prefixed, length);
        }
        var result = ByteBuffer.allocate(length);
        var last = blake2b(prefixed, HASH);
        result.put(last, 0, HASH / 2);
        while (result.remaining() > HASH) {
            last = blake2b(last, HASH);
            result.put(last, 0, HASH / 2);
        }
        return result.put(blake2b(last, result.remaining())).array();
    }

    private static byte[] blake2b(byte[] input, int length) {
        var digest = new Blake2bDigest(8 * length);
        digest.update(input, 0, input.length);
        var hash = new byte[length];
        digest.doFinal(hash, 0);
        return hash;
    }

    private static byte[] bytes(long[] block) {
        var bytes = littleEndian(block.length * Long.BYTES);
        bytes.asLongBuffer().put(block);
        return bytes.array();
    }

    private static ByteBuffer littleEndian(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }
}

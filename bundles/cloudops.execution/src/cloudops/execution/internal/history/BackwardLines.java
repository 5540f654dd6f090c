package cloudops.execution.internal.history;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.Arrays;

/** The lines of a file from its last to its first. Empty lines are left out. Memory use does not grow with the file. */
final class BackwardLines {

    private static final int FIRST_BLOCK = 8 * 1024;
    private static final int BLOCK = 256 * 1024;

    private final RandomAccessFile file;
    private final int longest;
    private final long size;
    private byte[] block = {}; // what the file holds from start on
    private long start;
    private int end; // of what is left in the block
    private int searched; // no line break in block[searched .. end)
    private boolean tooLong;

    /** @param longest a longer line comes as {@link Line} without its bytes */
    BackwardLines(RandomAccessFile file, int longest) throws IOException {
        this.file = file;
        this.longest = longest;
        size = file.length();
        start = size;
    }

    /**
     * A line without its end.
     *
     * @param offset where it begins
     * @param bytes not empty; null when it is too long to be one of ours
     * @param terminated false for the file's last line when there is no line break behind it
     */
    record Line(long offset, byte[] bytes, boolean terminated) {
    }

    /** @return null at the file's start */
    Line next() throws IOException {
        while (true) {
            int lineBreak = searched - 1;
            while (lineBreak >= 0 && block[lineBreak] != '\n') {
                lineBreak--;
            }
            if (lineBreak < 0 && start > 0) {
                loadMore();
                continue;
            }
            var line = new Line(start + lineBreak + 1, tooLong ? null : Arrays.copyOfRange(block, lineBreak + 1, end),
                    start + end < size || tooLong);
            boolean empty = !tooLong && line.bytes().length == 0;
            end = Math.max(lineBreak, 0);
            searched = end;
            tooLong = false;
            if (!empty) {
                return line;
            }
            if (lineBreak < 0) {
                return null;
            }
        }
    }

    private void loadMore() throws IOException {
        if (end > longest) {
            tooLong = true;
            end = 0;
        }
        int length = (int) Math.min(start == size ? FIRST_BLOCK : BLOCK, start);
        var more = new byte[length + end];
        System.arraycopy(block, 0, more, length, end);
        start -= length;
        file.seek(start);
        file.readFully(more, 0, length);
        block = more;
        end += length;
        searched = length;
    }
}

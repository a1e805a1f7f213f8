package io.waybill.part;

/**
 * What the files that are written at the same time may take of the heap: together, however many they are.
 *
 * @param heap bytes that this process may have
 */
record FilesMemory(long heap) {

    /** One of a file's buffers. */
    static final int BUFFER_BYTES = 1 << 17;

    private static final int LEAST_BUFFER_BYTES = 1 << 12;

    /** About how many buffers a file has: those between its threads, and one behind its compression. */
    private static final int BUFFERS_OF_A_FILE = 6;

    /** What is enough, however large the heap is: files of the same rows are the same in all but small heaps. */
    private static final long ENOUGH_FOR_BUFFERS = 128L << 20;

    private static final long ENOUGH_FOR_ROWS = 256L << 20;

    static FilesMemory ofThisProcess() {
        return new FilesMemory(Runtime.getRuntime().maxMemory());
    }

    /**
     * Bytes of a file's buffer, a power of two.
     *
     * @param files so many are written at the same time, at most
     */
    int bufferBytes(int files) {
        long each = Math.min(ENOUGH_FOR_BUFFERS, heap / 8) / BUFFERS_OF_A_FILE / files;
        return (int) Math.max(LEAST_BUFFER_BYTES, Math.min(BUFFER_BYTES, Long.highestOneBit(each)));
    }

    /** Bytes of rows that the formats of all files may keep until a row group is whole. */
    long mostHeld() {
        return Math.min(ENOUGH_FOR_ROWS, heap / 5);
    }

    /**
     * How many files may be open.
     *
     * @param asked so many, at most
     * @param leastBytes what the format keeps of each as long as it is open, without rows; 0 for next to nothing
     */
    int mostOpen(int asked, long leastBytes) {
        return leastBytes == 0 ? asked : (int) Math.max(1, Math.min(asked, heap / 5 / leastBytes));
    }
}

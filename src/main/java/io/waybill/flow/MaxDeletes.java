package io.waybill.flow;

/**
 * How many rows of a source may be gone at once, before a batch takes them for deleted: a share of the rows that were there, or a number.
 *
 * @param percent the share; -1 where it is a number
 * @param rows the number; -1 where it is a share
 */
public record MaxDeletes(int percent, long rows) {

    /**
     * Reads {@code "50%"}, or a number.
     *
     * @throws IllegalArgumentException when it is neither; the message says what is allowed
     */
    public static MaxDeletes parse(Object value) {
        String text = value.toString().trim();
        if (text.matches("\\d{1,3}%") && Integer.parseInt(text.replace("%", "")) <= 100) {
            return new MaxDeletes(Integer.parseInt(text.replace("%", "")), -1);
        }
        if (text.matches("\\d{1,18}")) {
            return new MaxDeletes(-1, Long.parseLong(text));
        }
        throw new IllegalArgumentException(
                "\"" + value + "\" is no share and no number; write for example \"50%\", or 1000");
    }

    /** Whether so many deletions are more than it allows. */
    public boolean isExceeded(long deleted, long before) {
        return percent < 0 ? deleted > rows : deleted * 100.0 > (double) percent * before;
    }

    /** As it is written. */
    @Override
    public String toString() {
        return percent < 0 ? Long.toString(rows) : percent + "%";
    }
}

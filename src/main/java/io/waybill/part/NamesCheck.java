package io.waybill.part;

/** Refuses parts that cannot be called by the values of their rows. */
public interface NamesCheck {

    /** Takes all names. */
    NamesCheck NONE = new NamesCheck() {
        @Override
        public void checkFirst(PathValues first) {}

        @Override
        public void check(int number, PathValues of) {}
    };

    /**
     * Checks what names there are by values alone, as soon as there is a row of them.
     *
     * @param first of the first part of these values
     * @throws IllegalArgumentException when no part can be called by them
     */
    void checkFirst(PathValues first);

    /**
     * Checks what names there are by a number beside values, before the part begins.
     *
     * @param number among all parts of the run
     * @throws IllegalArgumentException when the part cannot be called so
     */
    void check(int number, PathValues of);
}

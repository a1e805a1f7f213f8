package io.waybill.page;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;

/**
 * Something of a flow's runs over time, as bars.
 *
 * @param title what
 * @param bars the oldest run first
 * @param most the greatest value, in words
 */
record Chart(String title, List<Bar> bars, String most) {

    static final int WIDTH = 320;
    static final int HEIGHT = 90;

    /** Something is seen of each run. */
    private static final int LEAST_HEIGHT = 2;

    /**
     * A run's bar.
     *
     * @param status how the run ended
     * @param words its value, in words
     */
    record Bar(double x, double y, double width, double height, String status, Instant at, String words) {}

    /** @param runs the latest first */
    static Chart of(
            String title, List<RunPages.Line> runs, ToLongFunction<RunPages.Line> value, LongFunction<String> words) {
        List<RunPages.Line> ended = new ArrayList<>(
                runs.stream().filter(run -> run.endedAt() != null).toList());
        Collections.reverse(ended);
        long most = ended.stream().mapToLong(value).max().orElse(0);
        double step = (double) WIDTH / Math.max(ended.size(), 10);
        List<Bar> bars = new ArrayList<>();
        for (int i = 0; i < ended.size(); i++) {
            RunPages.Line run = ended.get(i);
            double height =
                    most == 0 ? LEAST_HEIGHT : Math.max(LEAST_HEIGHT, (double) value.applyAsLong(run) / most * HEIGHT);
            bars.add(new Bar(
                    rounded(i * step + step * 0.1),
                    rounded(HEIGHT - height),
                    rounded(step * 0.8),
                    rounded(height),
                    run.status(),
                    run.startedAt(),
                    words.apply(value.applyAsLong(run))));
        }
        return new Chart(title, bars, words.apply(most));
    }

    private static double rounded(double value) {
        return Math.round(value * 100) / 100.0;
    }
}

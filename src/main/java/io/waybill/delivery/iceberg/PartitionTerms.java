package io.waybill.delivery.iceberg;

import io.waybill.WaybillException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;

/** The partitions of a table that is made, as they are written: {@code country, day(created_at), bucket(16, id)}. */
final class PartitionTerms {

    private static final Pattern TERM = Pattern.compile(
            "(?:(year|month|day|hour)\\((?<timed>[^(),]+)\\)|(bucket|truncate)\\(\\s*(?<size>[1-9]\\d{0,8})\\s*,(?<sized>[^(),]+)\\)|(?<plain>[^(),]+))");

    private static final Pattern BETWEEN = Pattern.compile(",(?![^(]*\\))");

    private PartitionTerms() {}

    /**
     * One of them.
     *
     * @param transform as Iceberg calls it
     * @param size that of a bucket or of what is cut off; 0 where it has none
     */
    record Term(String transform, int size, String column) {}

    /**
     * Reads them.
     *
     * @param text null for none
     * @throws WaybillException when one is not understood
     */
    static List<Term> parse(String text) {
        List<Term> terms = new ArrayList<>();
        if (text == null) {
            return terms;
        }
        for (String each : BETWEEN.split(text, -1)) {
            Matcher term = TERM.matcher(each.strip());
            if (!term.matches()) {
                throw WaybillException.refusal("waybill-iceberg: partitionBy: \"" + each.strip()
                        + "\" is not understood; allowed: column, year(column), month(column), day(column),"
                        + " hour(column), bucket(16, column), truncate(4, column)");
            }
            if (term.group("timed") != null) {
                terms.add(new Term(term.group(1), 0, term.group("timed").strip()));
            } else if (term.group("sized") != null) {
                terms.add(new Term(
                        term.group(3),
                        Integer.parseInt(term.group("size")),
                        term.group("sized").strip()));
            } else {
                terms.add(new Term("identity", 0, term.group("plain").strip()));
            }
        }
        return terms;
    }

    /** @throws WaybillException when a column is not there, or is of a type that a term does not take */
    static PartitionSpec spec(List<Term> terms, Schema schema) {
        PartitionSpec.Builder spec = PartitionSpec.builderFor(schema);
        for (Term term : terms) {
            if (schema.findField(term.column()) == null) {
                throw WaybillException.refusal(
                        "waybill-iceberg: partitionBy: the rows have no column \"" + term.column()
                                + "\"; they have "
                                + String.join(
                                        ", ",
                                        schema.columns().stream()
                                                .map(column -> column.name())
                                                .toList()));
            }
            try {
                add(spec, term);
            } catch (IllegalArgumentException | org.apache.iceberg.exceptions.ValidationException e) {
                throw WaybillException.refusal("waybill-iceberg: partitionBy: " + e.getMessage(), e);
            }
        }
        return spec.build();
    }

    private static void add(PartitionSpec.Builder spec, Term term) {
        switch (term.transform()) {
            case "year" -> spec.year(term.column());
            case "month" -> spec.month(term.column());
            case "day" -> spec.day(term.column());
            case "hour" -> spec.hour(term.column());
            case "bucket" -> spec.bucket(term.column(), term.size());
            case "truncate" -> spec.truncate(term.column(), term.size());
            default -> spec.identity(term.column());
        }
    }
}

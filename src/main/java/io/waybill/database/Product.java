package io.waybill.database;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** What a product declares of itself. */
public final class Product {

    final String name;
    final String sign;
    private final Map<Phrase, String> phrases = new EnumMap<>(Phrase.class);
    private final Set<Trait> traits = EnumSet.noneOf(Trait.class);
    JdbcDriver driver;

    /**
     * @param name the product's name as its users write it
     * @param sign what the driver's name of the product contains, in small letters
     */
    public Product(String name, String sign) {
        this.name = name;
        this.sign = sign;
    }

    /** Its driver, for messages, by what {@link JdbcDriver} has. */
    public Product driver(String scheme, String className, String artifact, String example) {
        return driver(scheme, className, artifact, example, "");
    }

    /** Likewise, with what may be written where it is not there. */
    public Product driver(String scheme, String className, String artifact, String example, String instead) {
        driver = new JdbcDriver(scheme, className, artifact, example, instead);
        return this;
    }

    /** How it writes something otherwise than the standard. */
    public Product writes(Phrase phrase, String sql) {
        phrases.put(phrase, sql);
        return this;
    }

    /** What holds of it. */
    public Product with(Trait trait) {
        traits.add(trait);
        return this;
    }

    String phrase(Phrase phrase) {
        return phrases.getOrDefault(phrase, phrase.standard());
    }

    boolean has(Trait trait) {
        return traits.contains(trait);
    }
}

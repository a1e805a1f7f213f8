package io.waybill.privacy.scan;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What values of a column may look like. One value proves nothing: one in ten numbers passes the check of a card by chance, so it is
 * the share that counts, and for numbers that only their check digits tell, enough different ones.
 */
enum Likeness {
    EMAIL("e-mail addresses", 50, 1, Shapes::isEmail),
    PHONE("telephone numbers", 80, 3, null),
    IBAN("bank accounts (IBAN)", 50, 1, CheckDigits::isIban),
    CARD("payment cards", 90, 10, CheckDigits::isCard),
    US_SSN("US social security numbers", 90, 3, Shapes::isUsSsn),
    ES_NIF("Spanish tax numbers (NIF, NIE)", 80, 3, CheckDigits::isSpanishNif),
    FR_NIR("French social security numbers (NIR)", 80, 3, CheckDigits::isFrenchNir),
    IT_CODICE("Italian tax codes", 80, 3, CheckDigits::isItalianCode),
    DE_TAX("German tax numbers", 95, 20, CheckDigits::isGermanTaxId),
    NL_BSN("Dutch citizen service numbers (BSN)", 95, 20, CheckDigits::isDutchBsn),
    IP("IP addresses", 90, 3, Shapes::isIp);

    private final String words;
    private final int leastPercent;
    private final int leastDistinct;
    private final Predicate<String> is;

    /**
     * @param leastPercent how many of a hundred values have to look so
     * @param leastDistinct how many different ones there have to be
     * @param is null for what needs to know a region
     */
    Likeness(String words, int leastPercent, int leastDistinct, Predicate<String> is) {
        this.words = words;
        this.leastPercent = leastPercent;
        this.leastDistinct = leastDistinct;
        this.is = is;
    }

    /**
     * What most of the values look like, in words; empty for nothing of a person.
     *
     * @param values not NULL, not blank
     * @param region whose telephone numbers are known without their country, {@code DE}; null for none
     */
    static Optional<String> of(Collection<String> values, String region) {
        for (Likeness likeness : values()) {
            Predicate<String> is = likeness == PHONE ? text -> PhoneNumbers.isOne(text, region) : likeness.is;
            List<String> alike = values.stream().filter(is).toList();
            if (alike.size() * 100L >= (long) likeness.leastPercent * values.size()
                    && new HashSet<>(alike).size() >= likeness.leastDistinct) {
                return Optional.of(String.format(
                        Locale.ROOT,
                        "%d %% of %,d values look like %s",
                        alike.size() * 100L / values.size(),
                        values.size(),
                        likeness.words));
            }
        }
        return Optional.empty();
    }
}

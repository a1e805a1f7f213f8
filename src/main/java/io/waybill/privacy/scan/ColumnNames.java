package io.waybill.privacy.scan;

import java.text.Normalizer;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What columns of persons are called, in English, German, French, Spanish and Italian. */
final class ColumnNames {

    /** By the ends of names, words apart: {@code customer_first_name} ends so, {@code first_name_changed_at} does not. */
    private static final Map<String, List<String>> ENDS = Map.of(
            "a person's name",
            words(
                    "first name|firstname|forename|given name|last name|lastname|surname|family name|full name|fullname|maiden"
                            + " name|middle name|vorname|nachname|familienname|geburtsname|prenom|nom de famille|nom de naissance"
                            + "|apellido|apellidos|primer apellido|segundo apellido|cognome"),
            "a date of birth",
            words("birth date|birthdate|birthday|date of birth|dob|born|geburtsdatum|geburtstag|geburtstermin|date de"
                    + " naissance|date naissance|fecha de nacimiento|fecha nacimiento|data di nascita|data nascita"),
            "an e-mail address",
            words(
                    "email|e mail|mail address|email address|e mail address|mailadresse|email adresse|courriel|correo|correo"
                            + " electronico|posta elettronica"),
            "a telephone number",
            words(
                    "phone|phone number|telephone|telephone number|mobile|mobile number|mobile phone|cell phone|fax|fax"
                            + " number|telefon|telefonnummer|mobilnummer|handynummer|handy|faxnummer|telefono|numero de telephone|movil|cellulare"),
            "a postal address",
            words(
                    "address|address line|street|street address|home address|strasse|hausnummer|anschrift|adresse|postanschrift"
                            + "|rue|direccion|calle|domicilio|indirizzo"),
            "an IP address",
            words("ip|ip address|ip addr|ipaddress|ip adresse|client ip|remote addr"),
            "a bank account or card",
            words(
                    "iban|card number|credit card|credit card number|cardnumber|kontonummer|kreditkarte|kreditkartennummer"
                            + "|account number|numero de compte|numero de cuenta|numero de carte|numero de tarjeta"),
            "an official number of a person",
            words(
                    "ssn|social security number|national id|national insurance number|nino|passport|passport number|tax id"
                            + "|driving licence number|drivers license number|steuer id|steuernummer|steueridentifikationsnummer"
                            + "|sozialversicherungsnummer|ausweisnummer|reisepassnummer|numero de securite sociale|dni|nif|nie"
                            + "|codice fiscale|bsn"));

    private ColumnNames() {}

    private static List<String> words(String ends) {
        return Stream.of(ends.split("\\|")).map(end -> " " + end).toList();
    }

    /** How long the longest of these ends is that a name has: an e-mail address is no postal one. */
    private static int longest(List<String> ends, String name) {
        return ends.stream()
                .filter(name::endsWith)
                .mapToInt(String::length)
                .max()
                .orElse(0);
    }

    /** What a column's name says it holds; empty where it says nothing of a person. */
    static Optional<String> says(String column) {
        String words = " "
                + Normalizer.normalize(column.replaceAll("(?<=\\p{Ll})(?=\\p{Lu})", " "), Normalizer.Form.NFD)
                        .replaceAll("\\p{M}", "")
                        .replace("ß", "ss")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N}]+", " ")
                        .replaceAll(" ?\\d+$", "")
                        .strip();
        return ENDS.entrySet().stream()
                .filter(kind -> longest(kind.getValue(), words) > 0)
                .max(Comparator.comparingInt(kind -> longest(kind.getValue(), words)))
                .map(Map.Entry::getKey);
    }
}

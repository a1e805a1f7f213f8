package io.waybill.cli;

import io.waybill.flow.NearestName;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lets somebody choose some of many tables: by numbers, by names, by a search.
 *
 * @param all their names
 */
record TableChoice(List<String> all) {

    /** So many are shown at a time. */
    private static final int SHOWN = 20;

    private static final Pattern NUMBERS = Pattern.compile("(\\d{1,6})(?:-(\\d{1,6}))?");

    /** Asks until some are chosen. */
    List<String> ask(Dialogue dialogue) {
        List<String> listed = all;
        show(dialogue, listed);
        while (true) {
            String answer = dialogue.ask("Which? Numbers or names (2, 5-7), a part of a name to search, * for all", "");
            if (answer.isEmpty()) {
                listed = all;
                show(dialogue, listed);
                continue;
            }
            Optional<List<String>> chosen = chosen(answer, listed);
            if (chosen.isPresent()) {
                return chosen.get();
            }
            List<String> found = search(answer);
            if (found.isEmpty()) {
                dialogue.say("no name has \"" + answer + "\" in it" + NearestName.hint(answer, all));
            } else {
                listed = found;
                show(dialogue, listed);
            }
        }
    }

    private static void show(Dialogue dialogue, List<String> listed) {
        for (int i = 0; i < Math.min(SHOWN, listed.size()); i++) {
            dialogue.say(" ".repeat(i < 9 ? 2 : 1) + (i + 1) + "  " + listed.get(i));
        }
        if (listed.size() > SHOWN) {
            dialogue.say("    and " + (listed.size() - SHOWN) + " more");
        }
    }

    private List<String> search(String part) {
        return all.stream()
                .filter(name -> name.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT)))
                .toList();
    }

    /** What an answer names; empty where it names none, or one that is not listed. */
    private Optional<List<String>> chosen(String answer, List<String> listed) {
        if (answer.equals("*")) {
            return Optional.of(listed);
        }
        Set<String> chosen = new LinkedHashSet<>();
        for (String part : answer.split("[,\\s]+")) {
            Optional<List<String>> named = named(part, listed);
            if (named.isEmpty()) {
                return Optional.empty();
            }
            chosen.addAll(named.get());
        }
        return chosen.isEmpty() ? Optional.empty() : Optional.of(List.copyOf(chosen));
    }

    private Optional<List<String>> named(String part, List<String> listed) {
        Matcher numbers = NUMBERS.matcher(part);
        if (numbers.matches()) {
            int from = Integer.parseInt(numbers.group(1));
            int to = numbers.group(2) == null ? from : Integer.parseInt(numbers.group(2));
            return from >= 1 && from <= to && to <= listed.size()
                    ? Optional.of(listed.subList(from - 1, to))
                    : Optional.empty();
        }
        return find(part).map(List::of);
    }

    /** One by its name; in other letters' case where that is one table. */
    private Optional<String> find(String name) {
        if (all.contains(name)) {
            return Optional.of(name);
        }
        List<String> alike =
                all.stream().filter(each -> each.equalsIgnoreCase(name)).toList();
        return alike.size() == 1 ? Optional.of(alike.get(0)) : Optional.empty();
    }

    /**
     * Those that options name.
     *
     * @throws WrongUsageException when one is not there, or none is named and there are several
     */
    List<String> of(List<String> names) {
        if (names.isEmpty()) {
            if (all.size() == 1) {
                return all;
            }
            throw new WrongUsageException("--table: is missing; there are " + all.size() + ": "
                    + String.join(", ", all.subList(0, Math.min(SHOWN, all.size())))
                    + (all.size() > SHOWN ? " …" : ""));
        }
        List<String> found = new ArrayList<>();
        for (String name : names) {
            found.add(find(name)
                    .orElseThrow(() -> new WrongUsageException(
                            "--table: there is no table or view \"" + name + "\"" + NearestName.hint(name, all))));
        }
        return found.stream().distinct().toList();
    }
}

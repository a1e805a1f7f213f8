package io.waybill.settings;

import io.waybill.flow.Key;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which settings environment variables are: {@code WAYBILL_LEDGER_URL} is {@code waybill.ledger.url}.
 *
 * @param withoutDashes whether dashes may be left out, as Spring Boot has it
 */
record EnvironmentNames(Map<String, String> environment, boolean withoutDashes) {

    private static final String PREFIX = "WAYBILL_";

    /** What Kubernetes tells each container of a service that is called waybill. */
    private static final Pattern SERVICE_LINK = Pattern.compile(
            "(WAYBILL(?:_[A-Z0-9]+)*?)_(?:SERVICE_HOST|SERVICE_PORT(?:_.+)?|PORT(?:_\\d+_(?:TCP|UDP|SCTP).*)?)");

    /** Without the values, of which some are secret. */
    @Override
    public String toString() {
        return "names of the environment";
    }

    /** The variable that a setting is in the environment, where it is there. */
    Optional<String> variable(String name) {
        return forms(name).filter(environment::containsKey).findFirst();
    }

    private Stream<String> forms(String name) {
        return withoutDashes ? Stream.of(form(name), form(name.replace("-", ""))) : Stream.of(form(name));
    }

    private static String form(String name) {
        return name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }

    /** All variables that could be meant as settings. */
    Set<String> variables() {
        return environment.keySet().stream()
                .filter(variable -> variable.startsWith(PREFIX) && !isServiceLink(variable))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private boolean isServiceLink(String variable) {
        Matcher link = SERVICE_LINK.matcher(variable);
        return link.matches() && environment.containsKey(link.group(1) + "_SERVICE_HOST");
    }

    /**
     * The setting that a variable is.
     *
     * @param names the settings that are known from elsewhere, whose spelling counts
     */
    Optional<String> setting(String variable, Collection<String> names) {
        return Stream.concat(names.stream(), SettingsTable.GENERAL.stream().map(Key::name))
                .filter(name -> forms(name).anyMatch(variable::equals))
                .findFirst()
                .or(() -> inGroup(variable, names));
    }

    private Optional<String> inGroup(String variable, Collection<String> names) {
        for (SettingGroup group : SettingGroup.values()) {
            String start = form(group.prefix());
            if (!variable.startsWith(start)) {
                continue;
            }
            for (String key : group.keys()) {
                for (String end : forms(key).toList()) {
                    Optional<String> found = named(group, variable.substring(start.length()), key, end, names);
                    if (found.isPresent()) {
                        return found;
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> named(
            SettingGroup group, String rest, String key, String end, Collection<String> names) {
        if (!group.isNamed()) {
            return rest.equals(end) ? Optional.of(group.prefix() + key) : Optional.empty();
        }
        if (!group.isValue() && !rest.endsWith("_" + end) || rest.length() == end.length() + 1) {
            return Optional.empty();
        }
        String name = group.isValue() ? rest : rest.substring(0, rest.length() - end.length() - 1);
        List<String> spelled = names.stream()
                .filter(group::holds)
                .map(group::nameIn)
                .filter(known -> form(known).equals(name))
                .toList();
        return Optional.of(group.prefix()
                + (spelled.isEmpty() ? name.toLowerCase(Locale.ROOT) : spelled.get(0))
                + (group.isValue() ? "" : "." + key));
    }
}

package dev.sallyport.api.integrations;

import dev.sallyport.api.problem.ProblemException;
import java.util.List;
import java.util.Optional;

/**
 * Where in a search a page begins.
 *
 * @param place the index of the place that is looked into first
 * @param last the item of that place that the caller has already; empty at the beginning
 */
record SearchCursor(int place, Optional<String> last) {

    /** What stands for an item in a cursor. */
    static String position(DiscoveredInstance item) {
        return item.accountId() + "/" + item.region() + "/" + item.rank();
    }

    /** @throws ProblemException 400 when the position is in none of the places */
    static SearchCursor of(Optional<String> position, List<Place> places) {
        if (position.isEmpty()) {
            return new SearchCursor(0, position);
        }
        String[] parts = position.get().split("/", 3);
        int place = parts.length < 3 ? -1 : places.indexOf(new Place(parts[0], parts[1]));
        if (place < 0) {
            throw ProblemException.badRequest("invalid_cursor", "cursor belongs to another search");
        }
        return new SearchCursor(place, position);
    }

    /** Whether the caller has this item, one of the first place or a later one, already. */
    boolean isBehind(DiscoveredInstance item) {
        return last.isPresent()
                && last.get().startsWith(item.accountId() + "/" + item.region() + "/")
                && position(item).compareTo(last.get()) <= 0;
    }
}

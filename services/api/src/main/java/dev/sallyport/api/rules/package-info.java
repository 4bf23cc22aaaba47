/**
 * The rules of access, as admins keep them: workflows, selectors, availabilities and policies, each stored under its name with all its
 * revisions, and all of them read together as a {@code Rulebook}. Start reading at {@code Rules}.
 */
@NullMarked
package dev.sallyport.api.rules;

import org.jspecify.annotations.NullMarked;

/** What the REST calls of this service have in common: problem documents, pages, who calls. */
@NullMarked
package dev.sallyport.notifier.rest;

import org.jspecify.annotations.NullMarked;

package shop.catalog;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * A product as the catalog shows it.
 *
 * @param cents price
 * @param stars customers' rating from 1 to 5; since v2
 * @param picture since v2
 * @param catalog version of the catalog that answered
 * @param servedBy instance that answered
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Product(
    int id,
    String name,
    int cents,
    @Nullable Double stars,
    @Nullable String picture,
    String catalog,
    String servedBy) {}

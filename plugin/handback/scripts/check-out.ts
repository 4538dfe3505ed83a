/**
 * Checks out the deployed commit into $work, and makes sure that it is that commit.
 */

/** Shell; needs SOURCE_REPOSITORY and WAYBILL_SOURCE_COMMIT. */
export const checkOut = `work=$(mktemp -d)
git init --quiet "$work"
git -C "$work" fetch --quiet --depth 1 "$SOURCE_REPOSITORY" "$WAYBILL_SOURCE_COMMIT"
git -C "$work" checkout --quiet --detach FETCH_HEAD
if [ "$(git -C "$work" rev-parse HEAD)" != "$WAYBILL_SOURCE_COMMIT" ]; then
  echo "what was fetched is not $WAYBILL_SOURCE_COMMIT" >&2
  exit 1
fi
`;

/** The same with the provider's credentials: git gets them for this repository only, and never as an argument. */
export const checkOutSignedIn = `GIT_CONFIG_VALUE_0=$(credentials)
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0="http.$SOURCE_REPOSITORY.extraHeader" GIT_CONFIG_VALUE_0
${checkOut}unset GIT_CONFIG_COUNT GIT_CONFIG_KEY_0 GIT_CONFIG_VALUE_0
`;

/**
 * The same with the header in SOURCE_AUTHORIZATION, beside the credentials that git has already (for other
 * repositories), and gone from the environment afterwards.
 */
export const checkOutWithHeader = `before=\${GIT_CONFIG_COUNT:-0}
export GIT_CONFIG_COUNT=$((before + 1))
export "GIT_CONFIG_KEY_$before=http.$SOURCE_REPOSITORY.extraHeader" "GIT_CONFIG_VALUE_$before=$SOURCE_AUTHORIZATION"
unset SOURCE_AUTHORIZATION
${checkOut}export GIT_CONFIG_COUNT=$before
unset "GIT_CONFIG_KEY_$before" "GIT_CONFIG_VALUE_$before"
`;

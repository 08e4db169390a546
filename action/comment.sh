#!/usr/bin/env bash
# Keeps one comment on a pull request up to date: comment.sh NUMBER FILE.
#
# The comment is found by the first line of a review and by who wrote it: anybody can write that line,
# and could go on to edit a comment of their own that we had written into.
set -euo pipefail

number="$1"
file="$2"
own='.comments[] | select(.viewerDidAuthor and (.body | startswith("<!-- alma review -->"))) | .url'

keep() {
  local found id
  found="$(gh pr view "$number" --json comments --jq "$own")" || return
  id="$(printf '%s\n' "$found" | sed -n '1s/.*#issuecomment-//p')"
  if [ -n "$id" ]; then
    gh api --silent --method PATCH "repos/$GH_REPO/issues/comments/$id" --field "body=@$file"
  elif [ "$(wc -l < "$file")" -gt 4 ]; then # fewer lines say that no memory changes
    gh api --silent --method POST "repos/$GH_REPO/issues/$number/comments" --field "body=@$file"
  fi
}

# The token of a pull request from a fork may only read: that is no fault of its memories.
keep || echo "::warning::the review could not be written as a comment; it is in the summary of this run"

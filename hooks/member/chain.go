package member

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// The parts of a chain, small enough that one act holds the writer for less than 50 ms. A new member
// record costs some ten times what plain rows do.
const (
	peopleChunk = 50
	recordChunk = 20
)

// maxPeople bounds what one request may ask for.
const maxPeople = 20_000

// inChunks runs a chain of acts over a list: do is called with a part of the list and the key of that
// part's act. The chain was a repetition when every one of its acts was.
func inChunks[T any](key string, list []T, size int, do func(key string, part []T) (replayed bool, err error)) (replayed bool, err error) {
	replayed = true
	for n, at := 1, 0; at < len(list); n, at = n+1, at+size {
		again, err := do(fmt.Sprintf("%s:%d", key, n), list[at:min(at+size, len(list))])
		if err != nil {
			return false, err
		}
		replayed = replayed && again
	}
	return replayed, nil
}

// digest stands for a whole list in the input of each act of a chain, so that the same key with
// another list is refused at the first act.
func digest[T any](list []T) string {
	h := sha256.New()
	for _, item := range list {
		fmt.Fprintf(h, "%v\n", item)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// distinct keeps the first of equal items, in order.
func distinct[T comparable](list []T) []T {
	seen := make(map[T]bool, len(list))
	var out []T
	for _, item := range list {
		if !seen[item] {
			seen[item] = true
			out = append(out, item)
		}
	}
	return out
}

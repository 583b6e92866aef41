// Verify that a webhook comes from Tocsin. Go 1.21 or newer, standard library only.
//
// In your own receiver: copy VerifyStandard (or VerifySimple) and give it the body as it came, before any parsing.
//
// From a shell, with one header per line in the first file and the body in the second:
//
//	TOCSIN_SECRET=whsec_... go run verify.go standard headers.txt body.json
//
// Exit status 0: it is ours. 1: it is not, and standard error says why. 2: called wrongly.
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const tolerance = 5 * time.Minute

var digits = regexp.MustCompile(`^[0-9]{1,12}$`)

// VerifyStandard checks the headers of Standard Webhooks: recommended, since it also signs the time and so refuses a
// request that is sent again later. The secrets are as printed (whsec_...); during a rotation there are two.
func VerifyStandard(secrets []string, header http.Header, body []byte, now time.Time) error {
	id, timestamp := header.Get("webhook-id"), header.Get("webhook-timestamp")
	if id == "" {
		return errors.New("webhook-id is missing")
	}
	if !digits.MatchString(timestamp) {
		return errors.New("webhook-timestamp is missing or not a number")
	}
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil {
		return err
	}
	if now.Sub(time.Unix(seconds, 0)).Abs() > tolerance {
		return errors.New("webhook-timestamp is more than 5 minutes away from now")
	}
	for _, secret := range secrets {
		// The key is what stands behind whsec_, decoded.
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
		if err != nil {
			return errors.New("the secret is not whsec_ and base64")
		}
		mac := hmac.New(sha256.New, key)
		fmt.Fprintf(mac, "%s.%s.", id, timestamp)
		mac.Write(body)
		expected := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
		// While a secret is rotated, the header carries a signature for each.
		for _, given := range strings.Fields(header.Get("webhook-signature")) {
			if hmac.Equal([]byte(given), []byte(expected)) {
				return nil
			}
		}
	}
	return errors.New("webhook-signature does not match")
}

// VerifySimple checks <Prefix>-Signature: sha256=<hex> over the body, in the manner of GitHub. It holds for ever, so
// remember <Prefix>-Delivery and refuse what you have seen.
func VerifySimple(secrets []string, header http.Header, body []byte, prefix string) error {
	given := []byte(header.Get(prefix + "-Signature"))
	for _, secret := range secrets {
		// Here the key is the printed secret itself, all of it.
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write(body)
		if hmac.Equal(given, []byte("sha256="+hex.EncodeToString(mac.Sum(nil)))) {
			return nil
		}
	}
	return errors.New(prefix + "-Signature does not match")
}

func run(args []string) (int, error) {
	secrets := strings.Fields(os.Getenv("TOCSIN_SECRET"))
	if len(args) < 3 || (args[0] != "standard" && args[0] != "simple") || len(secrets) == 0 {
		return 2, errors.New("usage: TOCSIN_SECRET=whsec_... verify standard|simple HEADERS BODY [PREFIX]")
	}
	lines, err := os.ReadFile(args[1])
	if err != nil {
		return 2, err
	}
	body, err := os.ReadFile(args[2])
	if err != nil {
		return 2, err
	}
	header := http.Header{}
	for _, line := range strings.Split(string(lines), "\n") {
		if name, value, found := strings.Cut(line, ":"); found {
			header.Set(strings.TrimSpace(name), strings.TrimSpace(value))
		}
	}
	prefix := "Tocsin"
	if len(args) > 3 {
		prefix = args[3]
	}
	if args[0] == "standard" {
		err = VerifyStandard(secrets, header, body, time.Now())
	} else {
		err = VerifySimple(secrets, header, body, prefix)
	}
	if err != nil {
		return 1, fmt.Errorf("refused: %w", err)
	}
	return 0, nil
}

func main() {
	status, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	} else {
		fmt.Println("verified")
	}
	os.Exit(status)
}

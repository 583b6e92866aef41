// Reads bodies of webhooks as PagerDuty's own client does (github.com/PagerDuty/go-pagerduty), and prints what it does not know.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"

	pagerduty "github.com/PagerDuty/go-pagerduty"
)

func problemOf(body json.RawMessage) string {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	var event pagerduty.V2Event
	if err := decoder.Decode(&event); err != nil {
		return err.Error()
	}
	if event.RoutingKey == "" && event.Action == "" {
		return "it is no event"
	}
	return ""
}

func main() {
	var bodies []json.RawMessage
	if err := json.NewDecoder(os.Stdin).Decode(&bodies); err != nil {
		panic(err)
	}
	problems := []string{}
	for _, body := range bodies {
		problems = append(problems, problemOf(body))
	}
	written, _ := json.Marshal(problems)
	fmt.Println(string(written))
}

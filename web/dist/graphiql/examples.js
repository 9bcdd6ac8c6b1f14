export default [
  "query LatestEpisodes {\n  __typename\n}\n",
  "query PeopleBehindAPartnership {\n  __typename\n}\n",
  "query Search {\n  __typename\n}\n"
];
